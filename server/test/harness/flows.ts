import type { FlowDetail, RunRow, StepRow } from '@castellan/api';
import type { Session } from './admin-session.js';

/** Wires from lines such as `hook -> first` and `decide:yes -> revoke`. */
export function wires(...lines: string[]): { from: string; port: string; to: string }[] {
  return lines.map((line) => {
    const [left = '', to = ''] = line.split(' -> ');
    const [from = '', port = 'out'] = left.split(':');
    return { from, port, to };
  });
}

/** What a test's flow says; name and schema are filled in. */
export interface FlowSketch {
  name?: string;
  connections?: Record<string, unknown>;
  variables?: Record<string, unknown>;
  triggers: Record<string, unknown>;
  steps: Record<string, unknown>;
  wires: ReturnType<typeof wires>;
  settings?: unknown;
}

export interface PublishedFlow {
  id: string;
  detail: FlowDetail;
  /** Address of each webhook trigger. */
  hooks: Record<string, string>;
}

/** Makes a flow by the API, publishes it and switches it on. */
export async function publishFlow(admin: Session, sketch: FlowSketch): Promise<PublishedFlow> {
  const name = sketch.name ?? 'A flow';
  const made = await admin.inWorkspace<FlowDetail>('POST', '/flows', { name, draft: { schema: 1, name, ...sketch } });
  if (made.status !== 201) throw new Error(`The flow was not made: ${JSON.stringify(made.body)}`);
  const published = await admin.inWorkspace<FlowDetail>(
    'POST',
    `/flows/${made.body.id}/publish`,
    {},
    {
      'if-match': String(made.body.revision),
    },
  );
  if (published.status !== 201) throw new Error(`The flow was not published: ${JSON.stringify(published.body)}`);
  const hooks = published.body.triggers.flatMap(({ id, url }) => (url ? [[id, url] as const] : []));
  return { id: made.body.id, detail: published.body, hooks: Object.fromEntries(hooks) };
}

/** Makes a connection of the `http` connector without sign-in. */
export async function httpConnection(admin: Session): Promise<string> {
  const made = await admin.inWorkspace<{ id: string }>('POST', '/connections', {
    name: 'Vendor',
    connector: 'http',
    auth: 'none',
  });
  if (made.status !== 201) throw new Error(`The connection was not made: ${JSON.stringify(made.body)}`);
  return made.body.id;
}

export interface HookResult {
  status: number;
  body: Record<string, unknown>;
}

/** Delivers JSON to a webhook. */
export async function deliver(url: string, body: unknown, headers: Record<string, string> = {}): Promise<HookResult> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
}

/** Waits until a condition holds, looking often; says what it waited for when it does not come about. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export const readRun = async (admin: Session, runId: string): Promise<RunRow> =>
  (await admin.inWorkspace<RunRow>('GET', `/runs/${runId}`)).body;

/** The run once it has ended. */
export function endOf(admin: Session, runId: string, seconds = 30): Promise<RunRow> {
  return until(
    `the end of run ${runId}`,
    async () => {
      const run = await readRun(admin, runId);
      return run.endedAt === null ? null : run;
    },
    seconds,
  );
}

/** The run's steps by `step` or `step@iteration`. */
export async function stepsOf(admin: Session, runId: string): Promise<Record<string, StepRow>> {
  const { body } = await admin.inWorkspace<{ items: StepRow[] }>('GET', `/runs/${runId}/steps?limit=200`);
  const named = body.items.map((step) => [
    step.iteration === '' ? step.stepId : `${step.stepId}@${step.iteration}`,
    step,
  ]);
  return Object.fromEntries(named);
}
