import { readdirSync, readFileSync } from 'node:fs';
import {
  type Delivery,
  type FlowDetail,
  type Plan,
  type PlanRow,
  type PlanUse,
  routes,
  type StepRow,
} from '@castellan/api';
import { stepPlaces } from '@castellan/flow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type TemplateFile,
  type TemplateTestCase,
  type TemplateTestRun,
  templateFileSchema,
} from '../../src/templates/template-file.js';
import { ApiClient } from '../api-client.js';
import { readRun, until } from '../harness/flows.js';
import {
  adminSession,
  type Session,
  startPostgres,
  startServer,
  startSimulators,
  startTemporal,
  type TestServer,
  type TestSimulators,
} from '../harness/index.js';
import { controlSimulators, type SimulatorControl } from '../harness/simulator-control.js';
import { joinAs } from '../people.js';

/** Every template's own test cases, each on the real engine in a workspace of its own, with the vendors simulated. */
const folder = new URL('../../../templates/', import.meta.url);
const templates: TemplateFile[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => templateFileSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8'))));

let simulators: TestSimulators;
let server: TestServer;
let admin: Session;

beforeAll(async () => {
  const [database, temporal] = await Promise.all([startPostgres(), startTemporal()]);
  simulators = await startSimulators();
  server = await startServer({ database, temporal, env: { SIMULATORS_SOCKET: simulators.socketPath } });
  admin = await adminSession(server);
});

afterAll(async () => {
  await server?.stop();
  await simulators?.stop();
});

describe.each(templates)('$title', (template) => {
  test.concurrent.each(template.tests)('$name', { timeout: 180_000 }, async (testCase) => {
    const place = await begin(template, testCase);
    const { workspace, control, flow } = place;
    for (const trigger of testCase.earlier ?? []) {
      const runId = await start(workspace, flow, { trigger });
      if (runId !== null) await finish(place, runId, testCase);
    }
    for (const [index, testRun] of [testCase, ...(testCase.then ?? [])].entries()) {
      if (index > 0) await prepare(control, testRun);
      const runId = await start(workspace, flow, testRun);
      if (runId === null) {
        expect(testRun.expect.status).toBe('filtered');
        continue;
      }
      await finish(place, runId, testRun);
      await check(place, { runId, template, testRun });
    }
  });

  const planned = template.tests.filter(({ plan }) => plan !== undefined);
  test.concurrent.for(planned)('$name: planned first, and the plan applied', { timeout: 180_000 }, async (testCase) => {
    const place = await begin(template, testCase);
    const { workspace, flow } = place;
    const plan = await planOf(workspace, flow, testCase);
    expect(plan.status, plan.error ?? '').toBe('ready');
    expect(await changesOf(workspace, plan)).toEqual(inOrder(testCase.plan!));
    const { status, body } = await workspace.inWorkspace<{ runId: string }>('POST', `/plans/${plan.id}/apply`, {
      hash: plan.hash,
    });
    expect(status, JSON.stringify(body)).toBe(201);
    await finish(place, body.runId, testCase);
    await check(place, { runId: body.runId, template, testRun: testCase });
    const after = await workspace.inWorkspace<{ use: PlanUse }>('GET', `/plans/${plan.id}`);
    expect(after.body.use).toMatchObject({ unused: 0, refused: [] });
  });
});

type Meanwhile = NonNullable<TemplateTestRun['meanwhile']>[number];

interface Place {
  workspace: Session;
  control: SimulatorControl;
  flow: FlowDetail;
}

/** The flow of a template in a workspace of its own, in which everything is as the case begins. */
async function begin(template: TemplateFile, testCase: TemplateTestCase): Promise<Place> {
  const workspace = await freshWorkspace();
  const control = controlSimulators(simulators, workspace.workspaceId);
  await prepare(control, testCase);
  const flow = await install(workspace, template, testCase.variables);
  await fillTables(workspace, flow, testCase.tables);
  return { workspace, control, flow };
}

describe('Offboarding and return of one person', () => {
  const byId = (id: string) => templates.find((template) => template.id === id)!;
  const jane = {
    ...{ employeeId: '103', name: 'Jane Doe', workEmail: 'Jane.Doe@example.com', jobTitle: 'Senior Software Engineer' },
    ...{ department: 'Engineering', division: null, location: 'Berlin', managerName: null, managerEmail: null },
  };
  const leaves = (lastDay: string) => ({
    trigger: { id: 'bamboohr', body: { ...jane, lastDay, formerLastDay: null } },
  });
  const returns = (startDate: string) => ({
    trigger: {
      id: 'bamboohr',
      body: { ...jane, workEmail: 'jane.doe@example.com', startDate, formerLastDay: '2026-01-30' },
    },
  });
  const status = (id: string, date: string, employmentStatus: string) => ({
    ...{ id, employeeId: '103', table: 'employmentStatus', fields: { date, employmentStatus, comment: '' } },
  });

  test('a return ends an offboarding that waits, waits for one that has begun, and gives back what that took', {
    timeout: 120_000,
  }, async () => {
    const workspace = await freshWorkspace();
    const control = controlSimulators(simulators, workspace.workspaceId);
    const leaver = await install(workspace, byId('hris-leaver'), undefined);
    const shared = (leaver.draft.connections as Record<string, { id: string }>).taken!.id;
    const rehire = await install(workspace, byId('hris-rehire'), undefined, { taken: shared });
    /** What lasts: access that had an end is not given back. */
    const held = async () => {
      const { grants, memberships } = (await control.state('opal')) as Record<string, Record<string, unknown>[]>;
      const own = [...grants!, ...memberships!].filter(
        ({ user_id, expiration_date }) =>
          user_id === 'ca57e11a-0001-4000-8000-000000000003' && (expiration_date ?? null) === null,
      );
      return own.map(({ thing_id, access_level }) => JSON.stringify([thing_id, access_level])).sort();
    };
    const before = await held();
    expect(before.length).toBeGreaterThan(1);

    const parked = (await start(workspace, leaver, leaves(`${new Date().getUTCFullYear() + 1}-01-30`)))!;
    await until('the offboarding to wait', async () => (await readRun(workspace, parked)).turnGivenBack);
    const soon = (await start(workspace, rehire, returns('2026-02-01')))!;
    await finish({ workspace, control, flow: rehire }, soon, {});
    expect(await readRun(workspace, soon)).toMatchObject({
      ...{ status: 'succeeded', outcome: 'complete: nothing had been taken', supersedes: [{ runId: parked }] },
    });
    await finish({ workspace, control, flow: leaver }, parked, {});
    expect(await readRun(workspace, parked)).toMatchObject({ reason: 'superseded', supersededBy: soon });
    expect(await held()).toEqual(before);

    const job = {
      date: '2021-03-01',
      jobTitle: 'Senior Software Engineer',
      department: 'Engineering',
      location: 'Berlin',
    };
    const rows = [
      { id: '4', employeeId: '103', table: 'jobInfo', fields: { ...job, division: '', reportsTo: '' } },
      status('1', '2021-03-01', 'Full-Time'),
      status('2', '2026-01-30', 'Terminated'),
    ];
    await control.seed('bamboohr', { rows });
    const taking = (await start(workspace, leaver, leaves('2026-01-30')))!;
    await until('the offboarding to be at work', async () => (await control.requests('opal')).some(isRevoke));
    await control.seed('bamboohr', { rows: [...rows, status('3', '2026-04-01', 'Full-Time')] });
    const back = (await start(workspace, rehire, returns('2026-04-01')))!;
    await finish({ workspace, control, flow: rehire }, back, { decisions: [{ step: 'allow', port: 'approved' }] });
    const ended = await readRun(workspace, taking);
    expect(ended).toMatchObject({ status: 'succeeded', supersededBy: null });
    const given = await readRun(workspace, back);
    expect([given.status, given.outcome ?? given.error]).toEqual([
      'succeeded',
      `complete: ${before.length} given back, 0 there before`,
    ]);
    expect(given.startedAt! >= ended.endedAt!).toBe(true);
    expect(await held()).toEqual(before);
  });
});

const isRevoke = ({ method }: { method: string }): boolean => method === 'DELETE';

/** Puts the simulators into the state, and the trouble, that a run begins with. */
async function prepare(control: SimulatorControl, { simulators }: Pick<TemplateTestRun, 'simulators'>): Promise<void> {
  for (const [connector, { seed, faults }] of Object.entries(simulators ?? {})) {
    if (seed !== undefined) await control.seed(connector, seed);
    if (faults) await control.faults(connector, faults);
  }
}

async function freshWorkspace(): Promise<Session> {
  const { body } = await admin.request<{ id: string }>('POST', '/workspaces', { name: 'A case' });
  const workspaceId = body.id;
  return {
    ...admin,
    workspaceId,
    inWorkspace: (method, path, sent, headers) =>
      admin.request(method, `/workspaces/${workspaceId}${path}`, sent, headers),
  };
}

/** Installs with a simulator, or a new table, in every slot, and publishes. */
async function install(
  workspace: Session,
  template: TemplateFile,
  variables: TemplateTestCase['variables'],
  chosen: Record<string, string> = {},
): Promise<FlowDetail> {
  const slots = Object.entries(template.flow.connections ?? {});
  const connections = Object.fromEntries(
    slots.map(([slot, { connector }]) => [slot, chosen[slot] ?? (connector === 'table' ? 'new' : 'simulator')]),
  );
  const installed = await workspace.inWorkspace<FlowDetail>('POST', `/templates/${template.id}/install`, {
    connections,
    variables,
  });
  expect(installed.status, JSON.stringify(installed.body)).toBe(201);
  expect(installed.body.enabled).toBe(false);
  const path = `/flows/${installed.body.id}/publish`;
  const published = await workspace.inWorkspace<FlowDetail>(
    'POST',
    path,
    {},
    { 'if-match': String(installed.body.revision) },
  );
  expect(published.status, JSON.stringify(published.body)).toBe(201);
  return published.body;
}

const tableOf = ({ draft }: FlowDetail, slot: string): string => {
  const slots = draft.connections as Record<string, { id: string }>;
  return `/tables/${slots[slot]!.id}/rows`;
};

async function fillTables(workspace: Session, flow: FlowDetail, rows: TemplateTestCase['tables'] = {}): Promise<void> {
  for (const [slot, values] of Object.entries(rows)) {
    for (const row of values) {
      const { status, body } = await workspace.inWorkspace('POST', tableOf(flow, slot), { values: row, version: 0 });
      expect(status, JSON.stringify(body)).toBeLessThan(300);
    }
  }
}

async function checkTables(workspace: Session, flow: FlowDetail, rows: TemplateTestCase['tables'] = {}): Promise<void> {
  for (const [slot, wanted] of Object.entries(rows)) {
    const { body } = await workspace.inWorkspace<{ items: { values: object }[] }>('GET', tableOf(flow, slot));
    const held = body.items.map(({ values }) => values);
    const named = wanted.map((row) => expect.objectContaining(row));
    expect(held, `the rows of ${slot}`).toEqual(named.length === 0 ? [] : expect.arrayContaining(named));
  }
}

/** @returns the run, or null where the delivery was filtered */
async function start(
  workspace: Session,
  flow: FlowDetail,
  { trigger: { id, body, headers }, mode }: Pick<TemplateTestRun, 'trigger' | 'mode'>,
): Promise<string | null> {
  const { kind } = (flow.draft.triggers as Record<string, { kind: string }>)[id]!;
  const isByHand = ['schedule', 'manual', 'call'].includes(kind);
  if (isByHand || mode === 'plan') {
    const begun = await workspace.inWorkspace<{ runId: string }>('POST', `/flows/${flow.id}/${mode ?? 'run'}`, {
      trigger: id,
      ...(body === undefined ? {} : isByHand ? { input: body } : { body, headers }),
    });
    expect(begun.status, JSON.stringify(begun.body)).toBe(201);
    return begun.body.runId;
  }
  const sent = await workspace.inWorkspace<{ deliveryId: string; runId: string | null; filtered: boolean }>(
    'POST',
    `/flows/${flow.id}/sample`,
    { trigger: id, body, headers },
  );
  expect(sent.status, JSON.stringify(sent.body)).toBe(202);
  const { deliveryId, runId, filtered } = sent.body;
  if (runId !== null || filtered) return runId;
  // On a busy machine it is matched after the answer.
  const matched = await until('what became of the delivery', async () => {
    const log = await workspace.inWorkspace<{ items: Delivery[] }>('GET', `/deliveries?flowId=${flow.id}`);
    return log.body.items.find((one) => one.id === deliveryId && one.status !== 'unmatched');
  });
  return matched.runs[0]?.runId ?? null;
}

/** The plan of what would come of an arrival, once it is made. */
async function planOf(workspace: Session, flow: FlowDetail, { trigger }: TemplateTestCase): Promise<Plan> {
  const runId = await start(workspace, flow, { trigger, mode: 'plan' });
  return until('the plan', async () => {
    const { body } = await workspace.inWorkspace<{ plan: Plan }>('GET', `/runs/${runId}/plan`);
    return body.plan.status === 'making' ? null : body.plan;
  });
}

/** The changes of a plan as test cases name them: how many of a kind in a system, and of whom. */
async function changesOf(workspace: Session, { id }: Plan): Promise<object[]> {
  const { body } = await workspace.inWorkspace<{ items: PlanRow[] }>('GET', `/plans/${id}/rows?limit=200`);
  const kinds = body.items.map(({ system, subject, action }) => {
    return JSON.stringify({ system, ...(subject?.email ? { person: subject.email } : {}), action });
  });
  const timesOf = (kind: string) => kinds.filter((other) => other === kind).length;
  return inOrder([...new Set(kinds)].map((kind) => ({ ...JSON.parse(kind), times: timesOf(kind) })));
}

const inOrder = (changes: readonly object[]): object[] =>
  changes.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

/** Makes happen what the case says of a step, once it waits, and has the trigger look until the step goes on. */
async function happen(place: Place, runId: string, one: Meanwhile, told: Set<Meanwhile>): Promise<void> {
  const { workspace, control, flow } = place;
  const steps = await allSteps(workspace, runId);
  if (!steps.some(({ stepId, status }) => stepId === one.step && status === 'waiting')) return;
  if (!told.has(one)) await prepare(control, { simulators: atThisInstant(one.simulators) });
  told.add(one);
  const { status, body } = await workspace.inWorkspace('POST', `/flows/${flow.id}/triggers/${one.poll}/poll`);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
}

/** What a seed calls `$now`. */
const atThisInstant = <T>(seeds: T): T =>
  JSON.parse(JSON.stringify(seeds).replaceAll('$now', new Date().toISOString())) as T;

/**
 * Decides what the case says, as it comes up, until the run has ended: somebody else than who started it, who does not
 * decide about its changes. What is still worked out is refused, and decided at a later look.
 */
async function finish(
  place: Place,
  runId: string,
  { decisions = [], meanwhile = [] }: Pick<TemplateTestRun, 'decisions' | 'meanwhile'>,
): Promise<void> {
  const { workspace } = place;
  const told = new Set<Meanwhile>();
  const ports = new Map(decisions.map(({ step, port }) => [step, port]));
  const approver = ports.size > 0 ? await joinAs(server, ApiClient.of(server, workspace), 'approver') : null;
  await until(
    `the end of run ${runId}`,
    async () => {
      if ((await readRun(workspace, runId)).endedAt !== null) return true;
      for (const one of meanwhile) await happen(place, runId, one, told);
      const { body } = await workspace.inWorkspace<{
        items: { id: string; runId: string; stepId: string; hash: string; approvers: string[] }[];
      }>('GET', '/approvals');
      for (const approval of body.items.filter((item) => item.runId === runId)) {
        const port = ports.get(approval.stepId);
        if (!port) throw new Error(`The case does not say how ${approval.stepId} is decided.`);
        const decision = port === 'approved' ? 'approve' : 'reject';
        await approver?.send(routes.approvals.decide, {
          params: { id: approval.id },
          body: { decision, comment: 'Seen', hash: approval.hash },
        });
      }
      return false;
    },
    150,
  );
}

async function check(
  { workspace, control, flow }: Place,
  { runId, template, testRun }: { runId: string; template: TemplateFile; testRun: TemplateTestRun },
): Promise<void> {
  const { expect: wanted } = testRun;
  const run = await readRun(workspace, runId);
  const steps = await allSteps(workspace, runId);
  expect(run.status, JSON.stringify(run.error)).toBe(wanted.status);
  for (const [id, status] of Object.entries(wanted.steps ?? {})) {
    const found = steps.filter((step) => step.stepId === id).map((step) => step.status);
    // A step that was never reached has no row: it was skipped.
    expect(found.length === 0 ? ['skipped'] : [...new Set(found)], `the status of ${id}`).toEqual([status]);
  }
  for (const { connector, operation, input, times } of wanted.calls ?? []) {
    const all = callsOf(template, steps, connector, operation);
    const made = all.filter((call) => matches(call, input ?? {})).length;
    const words = `calls of ${connector}.${operation} with ${JSON.stringify(input)}, of ${JSON.stringify(all).slice(0, 2000)}`;
    if (times === undefined) expect(made, words).toBeGreaterThan(0);
    else expect(made, words).toBe(times);
  }
  for (const [connector, state] of Object.entries((wanted.state ?? {}) as Record<string, object>)) {
    expect(await control.state(connector), `the state of ${connector}`).toMatchObject(state);
  }
  const answer = expect(answerOf(steps), 'what the caller is answered');
  if (wanted.response === null) answer.toBeUndefined();
  else if (wanted.response) answer.toMatchObject(wanted.response);
  await checkTables(workspace, flow, wanted.tables);
}

type StepAnswer = Pick<StepRow, 'stepId' | 'kind' | 'status' | 'input' | 'output' | 'seq'>;

/** Only the first answer counts. */
const answerOf = (steps: StepAnswer[]): unknown =>
  steps
    .filter(({ kind, status }) => kind === 'respond' && status === 'succeeded')
    .toSorted((one, other) => one.seq - other.seq)[0]?.output;

async function allSteps(workspace: Session, runId: string): Promise<StepAnswer[]> {
  const steps: StepAnswer[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const path: string = `/runs/${runId}/steps?limit=200${cursor ? `&cursor=${cursor}` : ''}`;
    const { body } = await workspace.inWorkspace<{ items: StepAnswer[]; next: string | null }>('GET', path);
    steps.push(...body.items);
    cursor = body.next;
  }
  return steps;
}

/** Inputs of the calls that were made of an operation. */
function callsOf(template: TemplateFile, steps: StepAnswer[], connector: string, operation: string): unknown[] {
  const ids = stepPlaces(template.flow)
    .filter(({ step }) => step.kind === 'action' && step.operation === operation)
    .filter(({ step }) => template.flow.connections?.[String(step.connection)]?.connector === connector)
    .map(({ id }) => id);
  return steps.filter((step) => ids.includes(step.stepId) && step.input !== null).map((step) => step.input);
}

function matches(value: unknown, part: unknown): boolean {
  try {
    expect(value).toMatchObject(part as object);
    return true;
  } catch {
    return false;
  }
}
