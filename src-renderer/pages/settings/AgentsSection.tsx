import type { TokenSummary } from '@shared/model/settings';
import { formatMilliseconds } from '@shared/units';
import { Eye, EyeOff, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Failure, Note, Panel } from '../../components/Panel';
import { Segment } from '../../components/Segment';
import { SeverityIcon } from '../../components/Verdict';
import { useText } from '../../i18n';
import { useStatus } from '../../store/status';
import { useTool } from '../../store/use-tool';
import { CLIENTS, type ClientId, clientConfig, maskSecret, type Transport } from './client-config';
import { TokensPanel } from './TokensPanel';

/** A shown secret hides itself again. */
const SHOW_MS = 30_000;

interface McpTest {
  ok: boolean;
  duration_ms: number;
  tools: number | null;
  revision: string | null;
  problem: string | null;
}

function TestConnection() {
  const t = useText();
  const [asked, setAsked] = useState(0);
  const test = useTool<McpTest>('test_mcp', asked > 0 ? {} : null, { again: asked });
  const done = test.state === 'done' ? test.data : null;
  return (
    <div className="row wrap">
      <button type="button" className="button" disabled={test.state === 'running'} onClick={() => setAsked(times => times + 1)}>
        {t('agents.test')}
      </button>
      <span role="status" className="row grow">
        {test.state === 'idle' && <span className="muted small">{t('agents.test_what')}</span>}
        {test.state === 'running' && <span className="muted">{t('agents.testing')}</span>}
        {done && <SeverityIcon severity={done.ok ? 'good' : 'critical'} />}
        {done?.ok &&
          t('agents.answered', {
            cost: formatMilliseconds(done.duration_ms),
            count: done.tools ?? 0,
            revision: done.revision ?? '–',
          })}
        {done && !done.ok && done.problem}
        {test.state === 'failed' && (
          <>
            <SeverityIcon severity="critical" /> {test.failure.message} <span className="muted">{test.failure.hint}</span>
          </>
        )}
      </span>
    </div>
  );
}

function Connect({ url, secret }: { url: string; secret: string }) {
  const t = useText();
  const [client, setClient] = useState<ClientId>('claude');
  const [transport, setTransport] = useState<Transport>('http');
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!shown) return;
    const timer = setTimeout(() => setShown(false), SHOW_MS);
    return () => clearTimeout(timer);
  }, [shown]);
  const { file, text, timeout } = clientConfig(client, transport, url, shown ? secret : maskSecret(secret));
  const needsToken = transport === 'http';
  return (
    <div className="body col connect">
      <div className="row wrap">
        <Segment
          label={t('agents.client')}
          value={client}
          onChange={setClient}
          options={CLIENTS.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <Segment
          label={t('agents.transport')}
          value={transport}
          onChange={setTransport}
          options={[
            { value: 'http', label: 'HTTP' },
            { value: 'stdio', label: 'stdio' },
            { value: 'wsl', label: 'WSL' },
          ]}
        />
      </div>
      <p className="muted small">
        {[
          file === null ? t('agents.run') : t('agents.put', { file }),
          timeout ? t('agents.timeout') : '',
          transport === 'wsl' ? t('agents.wsl') : '',
          transport === 'http' ? '' : t('agents.in_path'),
        ]
          .filter(Boolean)
          .join(t('word.sentence_gap'))}
      </p>
      <div className="config">
        <pre className="code" tabIndex={0} role="region" aria-label={t('agents.config')}>
          {text}
        </pre>
        <div className="row">
          {needsToken && (
            <button type="button" className="button" aria-pressed={shown} onClick={() => setShown(on => !on)}>
              {shown ? <EyeOff size={14} aria-hidden /> : <Eye size={14} aria-hidden />}
              {t(shown ? 'agents.hide' : 'agents.show')}
            </button>
          )}
          <CopyButton
            primary
            label={t(needsToken ? 'agents.copy_with_token' : 'action.copy')}
            text={clientConfig(client, transport, url, secret).text}
          />
        </div>
      </div>
      <TestConnection />
    </div>
  );
}

/** How an agent reaches the same tools, and what each may do. */
export function AgentsSection() {
  const t = useText();
  const status = useStatus(state => state.status);
  const [again, setAgain] = useState(0);
  const tokens = useTool<{ tokens: TokenSummary[]; primary_secret: string }>('list_tokens', {}, { again });
  const refresh = (): void => setAgain(times => times + 1);
  const endpoint = status?.endpoint ?? null;
  return (
    <>
      <Panel
        title={t('agents.title')}
        about={t('agents.about')}
        end={
          endpoint && (
            <span className="row small">
              <SeverityIcon severity="good" size={14} /> {t('agents.listening', { count: status?.engine.mcp_clients ?? 0 })}
            </span>
          )
        }
      >
        {status && !endpoint ? (
          <Note icon={Unplug} title={t('agents.no_listener')}>
            <p>{t('agents.no_listener_why')}</p>
          </Note>
        ) : (
          <>
            <div className="body endpoint">
              <span className="muted">{t('agents.endpoint')}</span>
              <code className="code grow">{endpoint?.mcp_url ?? '–'}</code>
              {endpoint && <CopyButton text={endpoint.mcp_url} />}
            </div>
            {tokens.state === 'failed' ? (
              <Failure failure={tokens.failure} onRetry={refresh} />
            ) : (
              endpoint && tokens.data && <Connect url={endpoint.mcp_url} secret={tokens.data.primary_secret} />
            )}
          </>
        )}
      </Panel>
      {tokens.data && <TokensPanel tokens={tokens.data.tokens} onChange={refresh} />}
    </>
  );
}
