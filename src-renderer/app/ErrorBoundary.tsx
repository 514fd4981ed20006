import { Component, type ReactNode } from 'react';
import { Failure } from '../components/Panel';

/** A page that fails inside says so and leaves the frame alive. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(thrown: unknown): { message: string } {
    return { message: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <Failure
        failure={{ code: 'internal', message: this.state.message, hint: '' }}
        onRetry={() => this.setState({ message: null })}
      />
    );
  }
}
