import type { Plan, StepState } from '@castellan/api';
import type { Effect, StepKind, TriggerKind } from '@castellan/flow';
import { type Place, portsAt, titleOf } from '../editor/outline.js';
import { inOneLine, inSigns } from '../plans/action-words.js';
import { stepStatus } from '../status/statuses.js';
import {
  type BoxKind,
  type BoxSurroundings,
  type Description,
  inWords,
  stepBoxes,
  triggerBoxes,
} from './boxes/index.js';
import type { ShownIteration } from './run-overlay.js';

/** What one box shows. A plain value: a box is drawn again only when this is another object. */
export interface BoxData extends Record<string, unknown> {
  id: string;
  kind: StepKind | TriggerKind | 'unknown';
  isTrigger: boolean;
  title: string;
  /** "Opal · revoke access". */
  subtitle: string;
  /** The system that is called, for its tile; null for steps of our own. */
  system: { id: string; title: string } | null;
  ports: Port[];
  effect: Effect | null;
  badges: Badge[];
  problem: 'error' | 'warning' | null;
  state: BoxState | null;
  /** No test case comes to it. */
  isUntested: boolean;
  /** Its place on the way by which a problem comes about, from 1; 0: it is not on it. */
  onWay: number;
  /** Of a loop in a run: which iteration is shown inside it. */
  iteration: ShownIteration | null;
  /** The whole box in words, for those who do not see it. */
  label: string;
}

export interface Port {
  id: string;
  /** Its name stands beside it all the time, not only while the pointer is on the box. */
  named: boolean;
}

export interface Badge {
  kind: 'retry' | 'limit' | 'join' | 'onError' | 'simulator' | 'pinned' | 'untested' | 'planned' | 'way';
  text: string;
  /** Shown in place of an icon. */
  signs?: string;
}

/** Stands for the ports of a step to which no test case comes. */
export const neverReached = '*';

/** What became of a step in the run that is shown. */
export type BoxState = Pick<StepState, 'status' | 'waitsFor' | 'startedAt' | 'endedAt' | 'attempts' | 'count' | 'port'>;

export interface BoxContext extends BoxSurroundings {
  problem: 'error' | 'warning' | null;
  state: BoxState | null;
  /** Whether an output is pinned to it, and whether that is of what the step does now. */
  pin?: 'fits' | 'stale' | null;
  /** Where test cases are looked at: the ports by which none leaves, one a line, or that none comes here. */
  untested?: string | null;
  /** In a run that made an access plan: what the step would change. */
  planned?: Plan['counts'] | null;
  onWay?: number;
  /** The ports that wires leave, one a line. */
  wiredPorts: string;
  iteration: ShownIteration | null;
}

/** Everything that a box shows, from the flow, the catalogue, the problems and the run. */
export function boxData(place: Place, context: BoxContext): BoxData {
  const kind = kindOf(place);
  const { subtitle, system, effect } = describe(place, context);
  const title = titleOf(place);
  return {
    id: place.id,
    kind,
    isTrigger: place.type === 'trigger',
    title,
    subtitle,
    system: system ?? null,
    ports: portsAt(place).map((id) => ({ id, named: isNamed(id, kind, context.wiredPorts) })),
    effect: effect ?? null,
    badges: badgesOf(place, context),
    problem: context.problem,
    state: context.state,
    isUntested: context.untested === neverReached,
    onWay: context.onWay ?? 0,
    iteration: context.iteration,
    label: asOneLabel(
      title,
      subtitle,
      effect === 'destructive' && 'destructive',
      problemWords(context),
      context.pin && 'output pinned',
      untestedWords(context),
      wayWords(context),
      context.planned && `planned: ${inOneLine(context.planned)}`,
      context.state !== null && stepStatus(context.state).word.toLowerCase(),
    ),
  };
}

/** The kind's entry in the table, or undefined for a kind that this version does not know. */
export function boxKindOf(data: Pick<BoxData, 'kind' | 'isTrigger'>): Pick<BoxKind, 'title' | 'icon'> | undefined {
  const table: Record<string, Pick<BoxKind, 'title' | 'icon'>> = data.isTrigger ? triggerBoxes : stepBoxes;
  return Object.hasOwn(table, data.kind) ? table[data.kind] : undefined;
}

function kindOf(place: Place): BoxData['kind'] {
  const kind = (place.type === 'step' ? place.step.kind : place.trigger.kind) ?? '';
  return Object.hasOwn(place.type === 'step' ? stepBoxes : triggerBoxes, kind) ? (kind as BoxData['kind']) : 'unknown';
}

function describe(place: Place, context: BoxContext): Description {
  const kind = kindOf(place);
  if (kind === 'unknown') return { subtitle: 'A kind that this version does not know' };
  return place.type === 'step'
    ? stepBoxes[kind as StepKind].describe(place.step, context)
    : triggerBoxes[kind as TriggerKind].describe(place.trigger, context);
}

/** Where a box has one usual way out, that needs no name; ways out of the ordinary have one once they are used. */
function isNamed(port: string, kind: BoxData['kind'], wiredPorts: string): boolean {
  if (kind === 'branch' || kind === 'approval') return true;
  return port !== 'out' && wiredPorts.split('\n').includes(port);
}

function badgesOf(place: Place, context: BoxContext): Badge[] {
  const { slots, catalog, pin, onWay } = context;
  const item = place.type === 'step' ? place.step : place.trigger;
  const badges: Badge[] = [];
  const way = wayWords(context);
  if (way !== undefined) badges.push({ kind: 'way', text: way, signs: String(onWay) });
  const attempts = (item.retry as { attempts?: unknown } | undefined)?.attempts;
  if (typeof attempts === 'number') badges.push({ kind: 'retry', text: `Up to ${attempts} attempts` });
  if (typeof item.timeoutSeconds === 'number') {
    badges.push({ kind: 'limit', text: `Ends after ${inWords(item.timeoutSeconds)}` });
  }
  if (item.join !== undefined && item.join !== 'all') {
    badges.push({
      kind: 'join',
      text: item.join === 'any' ? 'Runs at the first wire' : 'Runs when enough wires are live',
    });
  }
  if (item.onError === 'continue') badges.push({ kind: 'onError', text: 'Goes on after an error' });
  const connection = catalog?.connections.find(({ id }) => id === slots[String(item.connection ?? '')]?.id);
  if (connection?.simulator) badges.push({ kind: 'simulator', text: 'Uses the simulator' });
  const { planned } = context;
  if (planned) badges.push({ kind: 'planned', text: `Planned: ${inOneLine(planned)}`, signs: inSigns(planned) });
  if (pin === 'fits') badges.push({ kind: 'pinned', text: 'Its output is pinned for tests' });
  const untested = untestedWords(context);
  if (untested !== undefined) badges.push({ kind: 'untested', text: untested });
  if (pin === 'stale') badges.push({ kind: 'pinned', text: 'Its pinned output is of what it did before' });
  return badges;
}

function untestedWords({ untested }: BoxContext): string | undefined {
  if (!untested) return undefined;
  if (untested === neverReached) return 'no test case comes here';
  return `no test case leaves by ${untested.split('\n').join(', ')}`;
}

function wayWords({ onWay }: BoxContext): string | undefined {
  return onWay ? `${onWay} on the way of the problem` : undefined;
}

function problemWords({ problem }: BoxContext): string | undefined {
  if (problem === null) return undefined;
  return problem === 'error' ? 'has errors' : 'has warnings';
}

function asOneLabel(...parts: (string | false | null | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(', ');
}
