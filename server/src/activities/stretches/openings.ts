import { type ApprovalStep, type CompiledWait, type ControlStep, guardsChanges, stepPlaces } from '@castellan/flow';
import { connectorOf } from '../../connector-registry/known-connectors.js';
import type { PublishedVersion } from '../../flows/versions.service.js';
import { keyHash } from '../../platform/key-text.js';
import { compiledStep } from '../contexts.js';
import type { ApprovalRequest } from '../kinds/approval.js';
import type { Awaited } from '../kinds/wait.js';
import type { ApprovalOpening, EventOpening, StepChange } from './changes.js';

/** How a step begins to wait: what its row says, what the interpreter is told, and what others must find. */
export interface Opening {
  row: Pick<StepChange, 'due' | 'input' | 'detail'>;
  approval?: ApprovalOpening;
  event?: EventOpening;
}

interface Beginning {
  version: PublishedVersion;
  step: ControlStep;
  iteration: string;
  title: string;
  /** Epoch milliseconds. */
  now: number;
}

/** A wait: until its instant or a fitting delivery, but no longer than its time. */
export function openWait(at: Beginning, awaited: Awaited): Opening {
  const limit = at.step.timeoutSeconds > 0 ? at.now + at.step.timeoutSeconds * 1_000 : undefined;
  if ('until' in awaited) {
    const cut = limit !== undefined && limit < awaited.until;
    const detail = { kind: 'time' as const, what: at.title, who: null, port: cut ? 'timeout' : 'out' };
    return { row: { due: cut ? limit : awaited.until, detail } };
  }
  const { event } = compiledStep(at.version, at.step.id) as CompiledWait;
  if (!event) throw new Error(`Step ${at.step.id} waits for an event and names none`);
  const slot = event.connection === undefined ? undefined : at.version.program.slots[event.connection];
  const who = `${nameOf(at.version, event)} where ${event.key} is ${shortened(awaited.equals)}`;
  return {
    row: {
      due: limit,
      input: { ...event, equals: awaited.equals },
      detail: { kind: 'event', what: at.title, who, port: 'timeout' },
    },
    event: {
      step: at.step.id,
      iteration: at.iteration,
      connectionId: slot?.id ?? null,
      event: event.event,
      pointer: event.key,
      valueHash: keyHash(awaited.equals),
    },
  };
}

/** An approval: until enough have decided, but no longer than its time; more people are asked at instants before that. */
export function openApproval(at: Beginning, request: ApprovalRequest): Opening {
  const due = at.step.timeoutSeconds > 0 ? at.now + at.step.timeoutSeconds * 1_000 : undefined;
  const stages = request.escalate
    .map(({ afterSeconds, approvers }) => ({ at: at.now + afterSeconds * 1_000, approvers }))
    .filter((stage) => due === undefined || stage.at < due);
  const escalations = stages.map((stage) => stage.at);
  const who = request.approvers.join(', ');
  const detail = { kind: 'approval' as const, what: at.title, who, ...(stages.length > 0 ? { escalations } : {}) };
  return {
    row: { due, input: request, detail },
    approval: {
      ...{ ...request, ask: askedAt(at.version, request) },
      ...{ step: at.step.id, iteration: at.iteration, title: at.title, due, stages },
      ...rulesOf(at.version, at.step.id),
    },
  };
}

/** It is bound where its author names the steps whose effects it allows. Nobody lets through changes that they started. */
function rulesOf(
  { flow, control }: PublishedVersion,
  id: string,
): Pick<ApprovalOpening, 'binds' | 'commentOn' | 'starterDecides' | 'remind'> {
  const step = stepPlaces(flow).find((place) => place.id === id)?.step as ApprovalStep;
  const binds = step.covers !== undefined && step.covers.length > 0;
  const starterDecides = !binds && (step.starterDecides ?? !guardsChanges(control, id));
  const remind = step.ask?.remind ? { times: 1, ...step.ask.remind } : null;
  return { binds, commentOn: step.commentOn ?? 'reject', starterDecides, remind };
}

/** The connection in which the approvers are asked as well; null where they are not, or where nothing is connected. */
function askedAt({ program }: PublishedVersion, { ask }: ApprovalRequest): ApprovalOpening['ask'] {
  const connectionId = ask && program.slots[ask.connection]?.id;
  return ask && connectionId ? { connectionId, channel: ask.channel } : null;
}

/** What arrives, in words: the vendor's event by its title, or the flow's own webhook. */
function nameOf({ program }: PublishedVersion, { connection, event }: NonNullable<CompiledWait['event']>): string {
  const slot = connection === undefined ? undefined : program.slots[connection];
  if (!slot) return `a delivery to “${program.triggers[event]?.title ?? event}”`;
  const title = connectorOf(slot.connector).triggers[event]?.title ?? event;
  return `“${title}” from ${slot.title}`;
}

const mostShown = 80;
const shortened = (text: string): string => (text.length > mostShown ? `${text.slice(0, mostShown)}…` : text);
