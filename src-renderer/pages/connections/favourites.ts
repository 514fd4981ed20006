import type { Settings } from '@shared/model/settings';
import { useSettings } from '../../store/settings';
import type { SocketRow } from '../../store/sockets';

type Favourite = Settings['favourites'][number];

/** Adds a favourite, or takes it away when it is one. */
export function toggled(favourites: Settings['favourites'], { kind, value }: Favourite): Settings['favourites'] {
  const without = favourites.filter(entry => entry.kind !== kind || entry.value !== value);
  return without.length === favourites.length ? [...favourites, { kind, value }] : without;
}

export function changeFavourite(favourite: Favourite): void {
  const { settings, change } = useSettings.getState();
  void change({ favourites: toggled(settings.favourites, favourite) });
}

/** What a row's star stands for: its process, or its remote host where the process is not known. All rows of it go on top. */
export function favouriteOf({ program, foreign_ip }: SocketRow): { kind: 'host' | 'process'; value: string } {
  return program === '-' ? { kind: 'host', value: foreign_ip } : { kind: 'process', value: program };
}

export function toggleFavourite(row: SocketRow): void {
  changeFavourite(favouriteOf(row));
}
