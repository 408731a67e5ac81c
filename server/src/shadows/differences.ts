import { isDeepStrictEqual } from 'node:util';
import type { ShadowDifference, ShadowGap, ShadowPair, ShadowSide } from '@castellan/api';
import { isAfter } from '@castellan/flow/runtime';
import { findStep } from '../activities/contexts.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import { holdsMask } from '../platform/masking.js';
import { isOwnError } from '../rehearsal/own-errors.js';
import { placeKey, type Rehearsal, type RehearsedStep } from '../rehearsal/rehearsal.js';
import { followingInWords } from './following.js';
import type { ItemMatch } from './item-match.js';
import { differenceSentence } from './sentences.js';

/** Two rehearsals of one run: of its own version, and of the one that is tried. */
export interface Compared {
  before: Rehearsal;
  after: Rehearsal;
  versions: { before: PublishedVersion; after: PublishedVersion };
  match: ItemMatch;
}

interface Pair {
  before: RehearsedStep | null;
  after: RehearsedStep | null;
}

type Unsaid = Omit<ShadowDifference, 'sentence'>;

/** All that the other version would do otherwise, the weightiest first. */
export function differencesOf(compared: Compared): ShadowDifference[] {
  const ofSteps = pairsOf(compared).flatMap((pair) => ofPair(pair, compared));
  const found = [...ofSteps, ...ofRun(compared)];
  return found
    .map((difference) => ({ ...difference, sentence: differenceSentence(difference) }))
    .sort((one, other) => weightOf(one) - weightOf(other));
}

/** Steps of both, side by side; those that differ first. */
export function sideBySide(compared: Compared): ShadowPair[] {
  const pairs = pairsOf(compared).map((pair): ShadowPair => {
    const step = (pair.after ?? pair.before) as RehearsedStep;
    return {
      stepId: step.step,
      title: titleOf(compared, step.step),
      kind: step.kind,
      iteration: step.iteration,
      same: isSame(pair),
      before: pair.before && sideOf(pair.before),
      after: pair.after && sideOf(pair.after),
    };
  });
  return pairs.sort((one, other) => Number(one.same) - Number(other.same));
}

/** What no recording was there for. */
export function gapsOf(compared: Compared): ShadowGap[] {
  return compared.after.steps.flatMap((step): ShadowGap[] => {
    const { step: stepId, kind, iteration } = step;
    return usedFor(step).map((used) => ({ stepId, kind, title: titleOf(compared, stepId), iteration, used }));
  });
}

function usedFor({ step, from, call, status, before, input, error }: RehearsedStep): ShadowGap['used'][] {
  const used: ShadowGap['used'][] = before === 'sample' ? ['sample_before'] : [];
  if (isAfter(step) && call !== undefined && input === undefined && error === undefined) used.push('masked');
  if (from === 'sample' || from === 'assumed') used.push(from);
  const isOpen = (call !== undefined && status === 'running') || status === 'waiting';
  if (isOpen && from === undefined) used.push('nothing');
  return used;
}

/** Every step that ran in one of the two, with its counterpart. */
function pairsOf({ before, after, versions, match }: Compared): Pair[] {
  const left = new Map(before.steps.filter(ran).map((step) => [placeKey(step), step]));
  const pairs: Pair[] = after.steps.filter(ran).map((step) => {
    const level = findStep(versions.after, step.step)?.level ?? [];
    const iteration = match.iterationOf({ level, iteration: step.iteration, items: after.items });
    const key = iteration === null ? null : placeKey({ step: step.step, iteration });
    const counterpart = key === null ? undefined : left.get(key);
    if (key !== null) left.delete(key);
    return { before: counterpart ?? null, after: step };
  });
  return [...pairs, ...[...left.values()].map((step) => ({ before: step, after: null }))];
}

const ran = ({ status }: RehearsedStep): boolean => status !== 'skipped';

function ofPair({ before, after }: Pair, compared: Compared): Unsaid[] {
  const was = isAsking(before) ? before : null;
  const is = isAsking(after) ? after : null;
  if (was && is && operationOf(was) === operationOf(is)) {
    if (!isDeepStrictEqual(was.input, is.input)) return [ofInput(was, is, compared)];
  } else if (was || is) {
    return [...(was ? [ofCall('gone', was, compared)] : []), ...(is ? [ofCall('new', is, compared)] : [])];
  }
  return ofPath({ before, after }, compared);
}

/**
 * It asked a system, another flow or people; a step whose own input failed has asked nobody. Of a step that is taken
 * back, masks may hide with which input.
 */
function isAsking(step: RehearsedStep | null): step is RehearsedStep {
  if (!step || isOwnError(step.error)) return false;
  return step.input !== undefined || (isAfter(step.step) && step.call !== undefined);
}

const operationOf = ({ kind, call }: RehearsedStep): string => (call ? `${call.connector}.${call.operation}` : kind);

function ofCall(change: 'new' | 'gone', step: RehearsedStep, compared: Compared): Unsaid {
  const value = step.input === undefined ? {} : { [change === 'new' ? 'after' : 'before']: step.input };
  return { ...about(step, compared), kind: 'call', change, masked: holdsMask(step.input), ...value };
}

function ofInput(was: RehearsedStep, is: RehearsedStep, compared: Compared): Unsaid {
  const masked = holdsMask(was.input) || holdsMask(is.input);
  return { ...about(is, compared), kind: 'input', change: 'changed', masked, before: was.input, after: is.input };
}

/** A step of both flows that goes another way. What is new in the flow, or gone, goes no way that could be compared. */
function ofPath({ before, after }: Pair, compared: Compared): Unsaid[] {
  const step = (after ?? before) as RehearsedStep;
  const { versions } = compared;
  const isInBoth = [versions.before, versions.after].every((version) => findStep(version, step.step) !== undefined);
  if (!isInBoth || isSameWay(before, after)) return [];
  return [
    {
      ...about(step, compared),
      kind: 'path',
      change: 'changed',
      masked: false,
      before: wayOf(before),
      after: wayOf(after),
    },
  ];
}

const isSameWay = (before: RehearsedStep | null, after: RehearsedStep | null): boolean =>
  isDeepStrictEqual(wayOf(before), wayOf(after));

function wayOf(step: RehearsedStep | null): { status: string; port: string | null } {
  return step ? { status: step.status, port: step.port } : { status: 'skipped', port: null };
}

function isSame({ before, after }: Pair): boolean {
  return isSameWay(before, after) && isDeepStrictEqual(before?.input, after?.input);
}

function ofRun({ before, after }: Compared): Unsaid[] {
  const nowhere = { stepId: null, stepKind: null, title: '', iteration: '', effect: null, change: 'changed' as const };
  const found: Unsaid[] = [];
  if (!isDeepStrictEqual(before.response, after.response)) {
    const masked = holdsMask(before.response) || holdsMask(after.response);
    found.push({ ...nowhere, kind: 'response', masked, before: before.response, after: after.response });
  }
  if (!isDeepStrictEqual(endOf(before), endOf(after))) {
    const masked = holdsMask(endOf(before)) || holdsMask(endOf(after));
    found.push({ ...nowhere, kind: 'end', masked, before: endOf(before), after: endOf(after) });
  }
  return found;
}

const endOf = ({ status, outcome, error }: Rehearsal) => ({
  status,
  outcome,
  error: error && { code: error.code, message: error.message, stepId: error.stepId ?? null },
});

function about(step: RehearsedStep, compared: Compared) {
  const { step: stepId, kind, iteration } = step;
  const title = titleOf(compared, stepId);
  const named = followingInWords(stepId, (id) => titleOf(compared, id)) ?? { stepKind: kind, title };
  return { stepId, ...named, iteration, effect: step.call?.effect ?? null };
}

function titleOf({ versions }: Compared, step: string): string {
  return findStep(versions.after, step)?.title ?? findStep(versions.before, step)?.title ?? step;
}

function sideOf({ status, port, input, output, error }: RehearsedStep): ShadowSide {
  return {
    status,
    port,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
  };
}

const kinds: ShadowDifference['kind'][] = ['trigger', 'call', 'input', 'end', 'response', 'path'];
const effects: ShadowDifference['effect'][] = ['destructive', 'write', null, 'read'];

const weightOf = ({ kind, effect }: ShadowDifference): number => kinds.indexOf(kind) * 10 + effects.indexOf(effect);
