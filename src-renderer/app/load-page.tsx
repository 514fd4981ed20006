import { type ComponentType, useEffect, useState } from 'react';
import { Skeleton } from '../components/Panel';

export interface LoadedPage {
  component: ComponentType;
  /** Loads the code before the page is shown. */
  preload: () => Promise<void>;
}

/**
 * A page whose code comes when it is first shown, or before. Not by React.lazy: that shows the place holder of a page for 300 ms
 * at least, also when its code is there already.
 */
export function loadPage(load: () => Promise<ComponentType>): LoadedPage {
  let there: ComponentType | null = null;
  // A browser cancels what it is loading when the network changes, as it does with a cable or a VPN: then it is asked once more.
  const fetch = async (): Promise<ComponentType> => {
    there ??= await load().catch(load);
    return there;
  };
  function Page() {
    const [Loaded, setLoaded] = useState<ComponentType | null>(() => there);
    useEffect(() => {
      if (Loaded) return;
      let gone = false;
      fetch().then(
        found => !gone && setLoaded(() => found),
        (thrown: unknown) =>
          setLoaded(() => {
            throw thrown; // to the error boundary
          }),
      );
      return () => {
        gone = true;
      };
    }, [Loaded]);
    return Loaded ? <Loaded /> : <Skeleton rows={8} />;
  }
  return { component: Page, preload: () => fetch().then(() => undefined) };
}
