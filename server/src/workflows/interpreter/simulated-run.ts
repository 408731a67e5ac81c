import { undoOf } from '@castellan/flow/runtime';
import {
  type Asked,
  advance,
  type Command,
  type ControlRow,
  compensates,
  eventOf,
  failurePort,
  initialState,
  isPure,
  isSettled,
  loadRun,
  makePlan,
  outstanding,
  type Plan,
  plannedStep,
  type RunEvent,
  type RunState,
} from './index.js';
import { graphOf, type RunSketch } from './run-sketch.js';

/**
 * A run without Temporal and database: keeps the rows that the activities would write, and after every event holds
 * the state that is loaded from them against the live one.
 */
export class SimulatedRun {
  readonly plan: Plan;
  readonly state: RunState;
  /** Commands that nobody has answered yet, oldest first. */
  readonly open: Command[] = [];
  /** All calls in the order in which they were asked for, as `step@iteration#attempt`. */
  readonly calls: string[] = [];
  readonly rows: ControlRow[] = [];
  private readonly asked: Asked = {};
  private seq = 0;

  /** `before`: rows that it begins with, as a run does that goes on with the work of another. */
  constructor(sketch: RunSketch, trigger = 'start', before?: ControlRow[]) {
    this.plan = makePlan(graphOf(sketch));
    if (before) {
      this.rows.push(...before);
      this.seq = Math.max(0, ...before.map(({ seq }) => seq));
      this.state = this.reload(trigger);
      this.want(outstanding(this.plan, this.state));
    } else {
      this.state = initialState(trigger);
      this.tell({ type: 'start' });
    }
  }

  tell(event: RunEvent): void {
    this.write(event);
    if (event.type === 'pause') this.asked.paused = true;
    if (event.type === 'resume') delete this.asked.paused;
    this.want(advance(this.plan, this.state, event));
    this.noteEnding();
  }

  /** How it will end stands in the run's own row from when it is known. */
  private noteEnding(): void {
    const { phase, ending } = this.state;
    if (phase === 'running' || !ending || this.asked.ending) return;
    Object.assign(this.asked, { ending: { ...ending }, endingSeq: ++this.seq });
  }

  private want(commands: Command[]): void {
    for (const command of commands) {
      const event = this.keptEvent(command);
      if (event) {
        this.want(advance(this.plan, this.state, event));
        continue;
      }
      // As a host does: what is asked for twice is done once.
      if (isPure(command) && this.open.some((other) => isSame(other, command))) continue;
      this.open.push(command);
      if (command.type === 'call') this.beginCall(command);
    }
  }

  private beginCall({ step, iteration, attempt }: Extract<Command, { type: 'call' }>): void {
    this.calls.push(`${step}@${iteration}#${attempt}`);
    this.writeRow({ step, iteration }, () => ({ status: 'running', attempts: attempt }));
  }

  /** What the row of an earlier run says of a step that is to begin. */
  private keptEvent(command: Command): RunEvent | null {
    if (!('step' in command) || command.type === 'collect' || command.type === 'timer') return null;
    const { step, iteration } = command;
    const row = this.rows.find((other) => other.step === step && other.iteration === iteration);
    return row?.ended || (row && row.kept !== null) ? eventOf(row) : null;
  }

  /** Steps whose calls are under way, as `step` or `step@iteration`. */
  get calling(): string[] {
    return this.open.flatMap((command) => (command.type === 'call' ? [nameOf(command)] : []));
  }

  get ending(): string | null {
    const finish = this.open.find((command) => command.type === 'finish');
    return finish?.type === 'finish' ? finish.ending.status : null;
  }

  succeed(name: string): void {
    this.answer(name, (place) => ({ type: 'called', ...place, outcome: { kind: 'succeeded' } }));
  }

  failCall(name: string): void {
    this.answer(name, (place) => ({ type: 'called', ...place, outcome: { kind: 'failed' } }));
  }

  retryCall(name: string, attempts: number, due = 1_000): void {
    this.answer(name, (place) => ({ type: 'called', ...place, outcome: { kind: 'retry', due, attempts } }));
  }

  loseCall(name: string): void {
    this.answer(name, (place) => ({ type: 'called', ...place, outcome: { kind: 'unknown' } }));
  }

  /** A pure step settles by this port. */
  settle(name: string, port: string | null, status: 'succeeded' | 'failed' = 'succeeded'): void {
    this.answer(name, (place) => ({ type: 'settled', ...place, status, port }));
  }

  items(name: string, count: number): void {
    this.answer(name, (place) => ({ type: 'items', ...place, count }));
  }

  openWait(name: string, due?: number, { port, escalations }: { port?: string; escalations?: number[] } = {}): void {
    this.answer(name, (place) => ({ type: 'opened', ...place, due, port, escalations }));
  }

  /** The run that the step waits for has ended. */
  endChild(name: string, status: 'succeeded' | 'failed'): void {
    const [step = '', iteration = ''] = name.split('@');
    const port = status === 'succeeded' ? 'out' : failurePort(plannedStep(this.plan, step).step);
    this.tell({ type: 'settled', step, iteration, status, port });
  }

  /** The timer that was set last for a step that waits goes off, and what it asks for is done. */
  ring(name: string): void {
    const timer = this.open.findLast((command) => command.type === 'timer' && nameOf(command) === name);
    if (timer?.type !== 'timer') throw new Error(`No timer was set for ${name}`);
    const { step, iteration, due } = timer;
    this.tell({ type: 'due', step, iteration, at: due });
    const asked = this.open.find(
      (command) => 'step' in command && nameOf(command) === name && isAnswerToTimer(command),
    );
    if (asked?.type === 'escalate') this.answer(name, (place) => ({ type: 'escalated', ...place }));
    else if (asked) this.settle(name, this.statusOf(name)?.duePort ?? 'timeout');
  }

  /** The loop's output has been collected. */
  collect(name: string): void {
    const [step = ''] = name.split('@');
    const at = this.statusOf(name);
    const stopped = at?.loop?.stopped === true;
    const port = stopped ? failurePort(plannedStep(this.plan, step).step) : 'out';
    this.settle(name, port, stopped ? 'failed' : 'succeeded');
  }

  statusOf(name: string) {
    const [step = '', iteration = ''] = name.split('@');
    const { loop } = plannedStep(this.plan, step);
    return this.state.frames[loop === '' ? '' : `${loop}:${iteration}`]?.steps[step];
  }

  get asksNext(): boolean {
    return this.open.some((command) => command.type === 'next');
  }

  /** Finds in the rows what is done next after the end, as a stretch does, and begins it; answers its name. */
  next(): string | null {
    this.open.splice(
      this.open.findIndex((command) => command.type === 'next'),
      1,
    );
    const place = this.nextPlace();
    this.tell({ type: 'next', place });
    return place && nameOf(place);
  }

  private nextPlace(): { step: string; iteration: string } | null {
    const { after } = this.plan.graph;
    const { ending } = this.state;
    if (!after || !ending) return null;
    const has = (step: string, iteration: string) =>
      this.rows.some((row) => row.step === step && row.iteration === iteration);
    const last = this.rows.findLast(
      ({ step, iteration, status }) =>
        status === 'succeeded' && undoOf(step) in after.steps && !has(undoOf(step), iteration),
    );
    if (last && compensates(after, ending)) return { step: undoOf(last.step), iteration: last.iteration };
    if (ending.status !== 'failed') return null;
    const failure = Object.keys(after.steps).find((id) => id.startsWith('failure:') && !has(id, ''));
    return failure === undefined ? null : { step: failure, iteration: '' };
  }

  /** What another host would make of the rows, and of what was asked of the run as a whole. */
  reload(trigger = this.state?.trigger ?? 'start'): RunState {
    return loadRun(this.plan, trigger, [...this.rows], { ...this.asked });
  }

  /** A command that still wants to be answered: its step has not been settled by something else. */
  isWanted(command: Command): boolean {
    if (command.type === 'next') return !this.state.paused;
    if (!('step' in command)) return true;
    const status = this.statusOf(nameOf(command))?.status;
    return status !== undefined && !isSettled(status);
  }

  /** A person found out what became of a call. */
  resolve(name: string, outcome: 'happened' | 'not_happened' | 'fail'): void {
    const [step = '', iteration = ''] = name.split('@');
    this.tell({ type: 'resolved', step, iteration, outcome });
  }

  /** What a step waits for has come. */
  arrive(name: string, port: string): void {
    const [step = '', iteration = ''] = name.split('@');
    this.tell({ type: 'settled', step, iteration, status: 'succeeded', port });
  }

  private answer(name: string, event: (place: { step: string; iteration: string }) => RunEvent): void {
    const [step = '', iteration = ''] = name.split('@');
    const index = this.open.findIndex(
      (command) => 'step' in command && nameOf(command) === name && command.type !== 'timer',
    );
    if (index < 0)
      throw new Error(`${name} was not asked for; open: ${this.open.map((c) => JSON.stringify(c)).join(' ')}`);
    this.open.splice(index, 1);
    this.tell(event({ step, iteration }));
  }

  /** The rows as the activities write them: one a step, moved to the end when it changes. */
  private write(event: RunEvent): void {
    if (event.type === 'next' && event.place) this.writeRow(event.place, () => ({ status: 'running' }));
    if (!('step' in event) || event.type === 'due') return;
    const { step, iteration } = event;
    // What was asked for before the run ended, or its iteration failed, is not done any more.
    const at = this.statusOf(iteration === '' ? step : `${step}@${iteration}`);
    if (!at || isSettled(at.status)) return;
    this.writeRow({ step, iteration }, (before) => this.changeOf(event, before));
  }

  private writeRow(
    { step, iteration }: { step: string; iteration: string },
    changeOf: (before?: ControlRow) => Partial<ControlRow>,
  ): void {
    const index = this.rows.findIndex((row) => row.step === step && row.iteration === iteration);
    const before = index < 0 ? undefined : this.rows.splice(index, 1)[0];
    this.rows.push({ ...blankRow, step, iteration, ...before, ...changeOf(before), seq: ++this.seq });
  }

  private changeOf(event: Extract<RunEvent, { step: string }>, before?: ControlRow): Partial<ControlRow> {
    const { step } = plannedStep(this.plan, event.step);
    if (event.type === 'settled') return { status: event.status, port: event.port, ended: true };
    if (event.type === 'items') return { status: 'running', count: event.count, kept: event.kept ?? null };
    if (event.type === 'opened') {
      const { due = null, port = null, escalations = null } = event;
      return { status: 'waiting', due, duePort: port, escalations };
    }
    if (event.type === 'escalated') return { escalations: before?.escalations?.slice(1) ?? null };
    if (event.type === 'resolved' && event.outcome !== 'not_happened') {
      const happened = event.outcome === 'happened';
      return { status: happened ? 'succeeded' : 'failed', port: happened ? 'out' : failurePort(step), ended: true };
    }
    if (event.type !== 'called') return {};
    const { outcome } = event;
    if (outcome.kind === 'succeeded') return { status: 'succeeded', port: 'out', ended: true };
    if (outcome.kind === 'failed') return { status: 'failed', port: failurePort(step), ended: true };
    if (outcome.kind === 'unknown' && this.plan.after.has(step.id))
      return { status: 'unknown', port: 'out', ended: true };
    if (outcome.kind === 'retry') return { status: 'retrying', attempts: outcome.attempts, due: outcome.due };
    return { status: outcome.kind, ended: outcome.kind === 'cancelled' };
  }
}

const nameOf = ({ step, iteration }: { step: string; iteration: string }): string =>
  iteration === '' ? step : `${step}@${iteration}`;

const isAnswerToTimer = ({ type }: Command): boolean => type === 'expire' || type === 'escalate';

const isSame = (one: Command, other: Command): boolean => JSON.stringify(one) === JSON.stringify(other);

const blankRow = {
  runId: 'run',
  status: 'running',
  port: null,
  attempts: 0,
  count: null,
  kept: null,
  due: null,
  ended: false,
};
