import type { FlowTestReport, FlowTestRow } from '@castellan/api';
import { type FlowTest, flowTestSchema, mostFlowTests, readFlowFile } from '@castellan/flow';
import { Injectable } from '@nestjs/common';
import { ExpressionHost } from '../expressions/expression-host.js';
import { acceptResult } from '../flow-tests/accept-result.js';
import { type NamedTest, playTests, rehearseTest } from '../flow-tests/play-test.js';
import { testOfRun } from '../flow-tests/test-of-run.js';
import { Addresses } from '../platform/addresses.js';
import { Database, type Sql } from '../platform/database/index.js';
import { ApiError, found } from '../platform/errors.js';
import { invalidInput, problemsIn } from '../platform/input-problems.js';
import type { Actor } from '../platform/routes/index.js';
import { readRecordedRun } from '../rehearsal/recorded-run.js';
import { FlowStore } from './flow-store.service.js';
import { insertFlowTest, readFlowTest, readFlowTests, writeResults } from './flow-test-rows.js';
import { RehearsalVersionsService } from './rehearsal-versions.service.js';
import { VersionsService } from './versions.service.js';

/** Longest test case as JSON. */
const mostBytes = 1024 * 1024;

/** The test cases of flows: kept beside the draft, played without calling anything. */
@Injectable()
export class FlowTestsService {
  constructor(
    private readonly database: Database,
    private readonly store: FlowStore,
    private readonly rehearsable: RehearsalVersionsService,
    private readonly versions: VersionsService,
    private readonly expressions: ExpressionHost,
    private readonly addresses: Addresses,
  ) {}

  async list(actor: Actor, flowId: string) {
    await this.store.detail(actor.workspaceId, flowId);
    return { items: await readFlowTests(this.database, flowId) };
  }

  /** All of them as they stand in a file. */
  async cases(flowId: string): Promise<FlowTest[]> {
    return (await readFlowTests(this.database, flowId)).map(({ test }) => test);
  }

  create(actor: Actor, flowId: string, { test }: { test: unknown }): Promise<FlowTestRow> {
    return this.add(actor, flowId, checkTest(test, '/test'), null);
  }

  /** Saves an ended run as a test case: what people see of it, so secrets stand in it masked. */
  async fromRun(actor: Actor, flowId: string, { runId, name }: { runId: string; name?: string }): Promise<FlowTestRow> {
    const run = await readRecordedRun(this.database, actor.workspaceId, runId);
    if (run.facts.flowId !== flowId) throw new ApiError('invalid_input', '/runId: this is a run of another flow.');
    const version = await this.versions.get(run.facts.versionId);
    const url = this.addresses.run(actor.workspaceId, runId);
    const made = testOfRun(run, version, { name: name ?? (await this.freeName(flowId, nameOf(run))), url });
    return this.add(actor, flowId, checkTest(made, '/test'), runId);
  }

  async save(actor: Actor, flowId: string, id: string, { test }: { test: unknown }): Promise<FlowTestRow> {
    const checked = checkTest(test, '/test');
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId);
      const before = found(await readFlowTest(tx, flowId, id), 'test case');
      const taken = await tx.query('select 1 from flow_tests where flow_id = $1 and name = $2 and id <> $3', [
        ...[flowId, checked.name, id],
      ]);
      if (taken.length > 0) throw nameTaken(checked.name);
      await tx.query(
        `update flow_tests set name = $2, test = $3, last_result = null, updated_at = now(), updated_by = $4 where id = $1`,
        [id, checked.name, JSON.stringify(checked), actor.email],
      );
      await this.store.changed(tx, actor, 'flow.test.save', flow, asAudited(before.test), asAudited(checked));
    });
    return this.get(flowId, id);
  }

  /** Plays the case and keeps what happened in the place of what it expected wrongly. */
  async accept(actor: Actor, flowId: string, id: string, { revision }: { revision: number }): Promise<FlowTestRow> {
    const { version, revision: present } = await this.rehearsable.draft(actor, flowId);
    if (revision !== present) {
      throw new ApiError('conflict', 'The draft was changed since: play the test case again and look at what happens.');
    }
    const { test } = await this.get(flowId, id);
    const rehearsal = await rehearseTest(test, { expressions: this.expressions, version });
    return this.save(actor, flowId, id, { test: { ...test, expect: acceptResult(test.expect, rehearsal, version) } });
  }

  async remove(actor: Actor, flowId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId);
      const before = found(await readFlowTest(tx, flowId, id), 'test case');
      await tx.query('delete from flow_tests where id = $1', [id]);
      await this.store.changed(tx, actor, 'flow.test.remove', flow, asAudited(before.test), null);
    });
  }

  /** Puts the cases of a file beside a flow that was just made. */
  async import(tx: Sql, actor: Actor, flowId: string, tests: unknown[]): Promise<void> {
    for (const [index, given] of tests.entries()) {
      const test = checkTest(given, `/tests/${index}`);
      const { workspaceId, email: by } = actor;
      const id = await insertFlowTest(tx, { workspaceId, flowId, test, runId: null, by });
      if (id === null) throw new ApiError('invalid_input', `/tests/${index}/name: ${nameTaken(test.name).message}`);
    }
  }

  /** Plays the test cases of the draft as it is saved. */
  async play(actor: Actor, flowId: string, { tests }: { tests?: string[] }): Promise<FlowTestReport> {
    const { version, revision } = await this.rehearsable.draft(actor, flowId);
    const rows = (await readFlowTests(this.database, flowId)).filter(({ id }) => tests?.includes(id) ?? true);
    const named = rows.map(({ id, test }): NamedTest => ({ id, test }));
    const report = await playTests({ expressions: this.expressions, version, tests: named });
    await writeResults(this.database, { played: rows, results: report.results, revision });
    return { ...report, revision };
  }

  /** Plays the test cases of a flow file. It may come from another installation, so its connections are not asked for. */
  async playFile(actor: Actor, file: { flow?: unknown; tests: unknown[] }): Promise<FlowTestReport> {
    const read = readFlowFile({ flow: file.flow ?? null, tests: file.tests });
    if (!('file' in read)) {
      const [first] = read.problems;
      throw new ApiError('invalid_input', `${first?.pointer}: ${first?.message}`, { problems: read.problems });
    }
    const version = await this.rehearsable.file(actor, read.file.flow);
    const tests = read.file.tests.map((test): NamedTest => ({ id: null, test }));
    return { ...(await playTests({ expressions: this.expressions, version, tests })), revision: null };
  }

  /**
   * Before the draft is published: plays its test cases. @returns how many passed and failed, null without any
   * @throws ApiError `tests_failed` where the flow's settings say so
   */
  async beforePublish(
    actor: Actor,
    flowId: string,
    wanted: number,
  ): Promise<{ passed: number; failed: number } | null> {
    const { draft, revision } = await this.store.detail(actor.workspaceId, flowId);
    // A draft that is not the one to be published is refused by its revision.
    if (revision !== wanted || (await this.cases(flowId)).length === 0) return null;
    const { results, passed, failed } = await this.play(actor, flowId, {});
    const settings = draft.settings as { failingTests?: string } | undefined;
    if (failed > 0 && settings?.failingTests === 'refuse') {
      const failing = results.filter((result) => !result.passed);
      const tests = failing.map(({ id, name, failures }) => ({ id, name, failures: failures.slice(0, 5) }));
      const names = failing.slice(0, 3).map(({ name }) => `“${name}”`);
      const message = `${failed} of ${results.length} test cases fail: ${names.join(', ')}${failed > 3 ? ' and more' : ''}.`;
      throw new ApiError('tests_failed', message, { tests });
    }
    return { passed, failed };
  }

  private async add(actor: Actor, flowId: string, test: FlowTest, runId: string | null): Promise<FlowTestRow> {
    const { workspaceId, email: by } = actor;
    const id = await this.database.transaction(async (tx) => {
      const flow = await this.store.lock(tx, actor, flowId);
      const [row] = await tx.query<{ count: number }>(
        'select count(*)::int as count from flow_tests where flow_id = $1',
        [flowId],
      );
      if ((row?.count ?? 0) >= mostFlowTests) {
        throw new ApiError('too_large', `A flow has at most ${mostFlowTests} test cases; remove one first.`);
      }
      const made = await insertFlowTest(tx, { workspaceId, flowId, test, runId, by });
      if (made === null) throw nameTaken(test.name);
      await this.store.changed(tx, actor, 'flow.test.create', flow, null, asAudited(test));
      return made;
    });
    return this.get(flowId, id);
  }

  private async get(flowId: string, id: string): Promise<FlowTestRow> {
    return found(await readFlowTest(this.database, flowId, id), 'test case');
  }

  /** The name, with a number where the flow has such a case already. */
  private async freeName(flowId: string, name: string): Promise<string> {
    const taken = new Set((await this.cases(flowId)).map((test) => test.name));
    if (!taken.has(name)) return name;
    for (let number = 2; ; number++) if (!taken.has(`${name} ${number}`)) return `${name} ${number}`;
  }
}

/** Which case it is and how large; the data of a run that may stand in it are no matter of the audit. */
const asAudited = ({ name, trigger, answers, expect }: FlowTest) => ({
  test: name,
  trigger: trigger.id,
  answers: answers?.length ?? 0,
  expects: { status: expect.status, steps: Object.keys(expect.steps ?? {}).length, calls: expect.calls?.length ?? 0 },
});

function nameOf({ businessKey, status, facts }: Awaited<ReturnType<typeof readRecordedRun>>): string {
  const about = businessKey ?? `run of ${facts.startedAt.slice(0, 16).replace('T', ' ')}`;
  return `${about.slice(0, 150)}, ${status}`;
}

const nameTaken = (name: string): ApiError =>
  new ApiError('conflict', `The flow has a test case “${name}” already; give this one another name.`);

/** The test case, or `invalid_input` with every problem and its place. */
function checkTest(value: unknown, place: string): FlowTest {
  const parsed = flowTestSchema.safeParse(value);
  if (!parsed.success) throw invalidInput(problemsIn(parsed.error, place));
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data));
  if (bytes > mostBytes) {
    throw new ApiError('too_large', `The test case has ${bytes} bytes; at most ${mostBytes} are kept.`);
  }
  return parsed.data;
}
