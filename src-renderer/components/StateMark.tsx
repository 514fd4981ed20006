/** A shape for every state, so that it is not told by colour alone: filled is open, half is leaving, hollow waits. */
export function StateMark({ state }: { state: string }) {
  const shape = ((): React.ReactNode => {
    switch (state) {
      case 'ESTABLISHED':
        return <circle cx="6" cy="6" r="4.5" fill="currentColor" stroke="none" />;
      case 'LISTEN':
        return <circle cx="6" cy="6" r="3.75" />;
      case 'SYN_SENT':
      case 'SYN_RECV':
        return <path d="M6 2 10.5 10h-9z" />;
      case 'CLOSE_WAIT':
        return <rect x="2.2" y="2.2" width="7.6" height="7.6" />;
      case 'CLOSED':
        return <path d="m3 3 6 6M9 3 3 9" />;
      case '-':
        return <path d="M2.5 6h7" />;
      default:
        return (
          <>
            <circle cx="6" cy="6" r="3.75" />
            <path d="M6 2.25a3.75 3.75 0 0 0 0 7.5z" fill="currentColor" />
          </>
        );
    }
  })();
  return (
    <svg
      className="state-mark"
      viewBox="0 0 12 12"
      width="12"
      height="12"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      aria-hidden
    >
      {shape}
    </svg>
  );
}
