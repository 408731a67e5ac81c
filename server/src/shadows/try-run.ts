import type { ShadowDifference, ShadowRun, ShadowRunDetail } from '@castellan/api';
import { findStep } from '../activities/contexts.js';
import type { PublishedVersion } from '../flows/versions.service.js';
import type { RecordedRun } from '../rehearsal/recorded-run.js';
import type { Rehearsal } from '../rehearsal/rehearsal.js';
import { type RehearsalDependencies, rehearse } from '../rehearsal/rehearse.js';
import { type Compared, differencesOf, gapsOf, sideBySide } from './differences.js';
import { ItemMatch } from './item-match.js';
import { asRecorded, forOther } from './recorded-stand-ins.js';
import { runSentence } from './sentences.js';

/** A run, the version that it ran, and the one that is tried in its place. */
export interface Trial {
  run: RecordedRun;
  own: PublishedVersion;
  tried: PublishedVersion;
  signal?: AbortSignal;
}

/** Differences and steps that are answered at most. */
const most = { differences: 100, gaps: 100, steps: 500 };

/**
 * Tries another version on a run. Both versions are rehearsed with what is recorded of the run and by one clock, and
 * then held against each other: so what differs comes from the version, and neither from masked values nor from the
 * time. Rejects with RehearsalError.
 */
export async function tryOnRun(on: RehearsalDependencies, trial: Trial): Promise<ShadowRunDetail> {
  const { run, own, tried, signal } = trial;
  const { facts } = run;
  const before = await rehearse(on, { version: own, facts, standIns: asRecorded(run), signal });
  const deviation = deviationOf(run, before, own);
  if (!tried.control.triggers.includes(facts.triggerId)) return withoutTrigger(trial, deviation);
  const match = new ItemMatch(before, { first: own, other: tried });
  const after = await rehearse(on, { version: tried, facts, standIns: forOther(run, match), signal });
  const compared: Compared = { before, after, versions: { before: own, after: tried }, match };
  const steps = sideBySide(compared);
  return {
    ...rowOf(trial, differencesOf(compared), deviation),
    gaps: gapsOf(compared).slice(0, most.gaps),
    steps: steps.slice(0, most.steps),
    stepCount: steps.length,
  };
}

function rowOf({ run }: Trial, differences: ShadowDifference[], deviation: string | null): ShadowRun {
  return {
    runId: run.facts.id,
    createdAt: run.createdAt,
    businessKey: run.businessKey,
    version: run.facts.version,
    status: run.status,
    verdict: differences.length === 0 ? 'same' : 'different',
    sentence: runSentence(differences),
    differences: differences.slice(0, most.differences),
    gaps: [],
    deviation,
  };
}

/** A run that would not even begin. */
function withoutTrigger(trial: Trial, deviation: string | null): ShadowRunDetail {
  const { triggerId } = trial.run.facts;
  const difference: ShadowDifference = {
    ...{
      kind: 'trigger',
      change: 'gone',
      stepId: null,
      stepKind: null,
      title: triggerId,
      iteration: '',
      effect: null,
      masked: false,
    },
    sentence: 'would not start',
  };
  return { ...rowOf(trial, [difference], deviation), steps: [], stepCount: 0 };
}

/** What the run's own version does not do again as the run did it, for example because a masked value decided. */
function deviationOf(run: RecordedRun, again: Rehearsal, own: PublishedVersion): string | null {
  const rehearsed = new Map(again.steps.map((step) => [`${step.step}@${step.iteration}`, step]));
  for (const step of run.steps) {
    const other = rehearsed.get(`${step.step}@${step.iteration}`);
    const same = other !== undefined && other.status === step.status && other.port === step.port;
    rehearsed.delete(`${step.step}@${step.iteration}`);
    if (same) continue;
    const title = findStep(own, step.step)?.title ?? step.step;
    return `${title} was ${step.status} and would now be ${other?.status ?? 'skipped'}.`;
  }
  const more = [...rehearsed.values()].find(({ status }) => status !== 'skipped');
  if (more) return `${findStep(own, more.step)?.title ?? more.step} did not run and would now.`;
  return run.status === again.status ? null : `The run was ${run.status} and would now be ${again.status}.`;
}
