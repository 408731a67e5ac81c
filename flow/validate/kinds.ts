import { readExpression } from '../expression.js';
import { isObject, objectOf, type StepPlace } from '../levels.js';
import { below, keysOf } from '../pointer.js';
import type { Problem } from '../schema/catalog.js';
import { type Facts, writes } from './facts.js';
import { error, listNames, quote, warning } from './problems.js';
import { checkUnbound } from './unbound.js';

/** The rules that only one kind of step has. */
export function checkKinds(facts: Facts): Problem[] {
  return facts.steps.flatMap((place) => checkStep(facts, place).map((problem) => ({ ...problem, stepId: place.id })));
}

function checkStep(facts: Facts, place: StepPlace): Problem[] {
  switch (place.step.kind) {
    case 'loop':
      return [...checkItems(place, 'A loop goes through a list.'), ...checkLoop(facts, place)];
    case 'filter':
      return checkItems(place, 'A filter keeps items of a list.');
    case 'wait':
      return checkWait(facts, place);
    case 'approval':
      return checkApproval(facts, place);
    case 'respond':
      return checkRespond(facts, place);
    default:
      return [];
  }
}

function checkItems({ step, pointer }: StepPlace, message: string): Problem[] {
  const { items } = step;
  const literal = readExpression(items)?.language === 'literal' ? (items as { literal: unknown }).literal : items;
  if (items === undefined || Array.isArray(literal) || isExpression(items)) return [];
  const fix = 'Give a list, or an expression that makes one.';
  return [error({ code: 'items_wrong', pointer: below(pointer, 'items'), message, fix })];
}

function checkLoop(facts: Facts, { step, pointer }: StepPlace): Problem[] {
  if (step.key !== undefined || !writes(facts, step)) return [];
  const message = 'The loop changes something for each item, but does not say what identifies an item.';
  const fix = 'Set "key", such as { "jsonata": "item.id" }, so that a retry knows which items were done.';
  return [warning({ code: 'loop_key_missing', pointer: below(pointer, 'key'), message, fix })];
}

function checkWait(facts: Facts, { step, pointer }: StepPlace): Problem[] {
  const given = ['seconds', 'until', 'event'].filter((field) => step[field] !== undefined);
  if (given.length !== 1) {
    const message =
      given.length === 0
        ? 'The step does not say what it waits for.'
        : `The step waits for ${listNames(given)} at once.`;
    return [error({ code: 'wait_wrong', pointer, message, fix: 'Give one of "seconds", "until" and "event".' })];
  }
  const { seconds, until, event } = step;
  if (seconds !== undefined && !isExpression(seconds) && !(typeof seconds === 'number' && seconds >= 0)) {
    return [waitWrong(below(pointer, 'seconds'), '"seconds" must be a number that is not negative.')];
  }
  if (until !== undefined && !isExpression(until) && !(typeof until === 'string' && instantPattern.test(until))) {
    return [waitWrong(below(pointer, 'until'), '"until" must be an instant such as 2030-01-31T09:00:00Z.')];
  }
  return isObject(event) ? checkEvent(facts, event, below(pointer, 'event')) : [];
}

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

function checkEvent(facts: Facts, event: Record<string, unknown>, pointer: string): Problem[] {
  const problems: Problem[] = [];
  if (typeof event.key === 'string' && (event.key === '' || !keysOf(event.key))) {
    problems.push(waitWrong(below(pointer, 'key'), '"key" must be a pointer into the delivery, such as /body/id.'));
  }
  if (event.connection === undefined && typeof event.event === 'string') {
    problems.push(...checkOwnWebhook(facts, event.event, below(pointer, 'event')));
  }
  const connector = facts.connectorOf(event.connection);
  if (connector && typeof event.event === 'string' && connector.triggers.every(({ id }) => id !== event.event)) {
    const message = `${connector.title} has no event ${quote(event.event)}.`;
    const fix = `Choose ${listNames(
      connector.triggers.map(({ id }) => id),
      'or',
    )}.`;
    problems.push(error({ code: 'event_unknown', pointer: below(pointer, 'event'), message, fix }));
  }
  const polled = connector?.triggers.find(({ id, poll }) => id === event.event && poll !== undefined);
  return polled ? [...problems, ...checkIsRead(facts, { event, title: polled.title }, pointer)] : problems;
}

/** An event that is read is heard only where a trigger reads it. */
function checkIsRead(
  { triggers }: Facts,
  { event, title }: { event: Record<string, unknown>; title: string },
  pointer: string,
): Problem[] {
  const isRead = triggers.some(
    ({ trigger }) =>
      trigger.kind === 'connector' && trigger.connection === event.connection && trigger.event === event.event,
  );
  if (isRead) return [];
  const message = `${quote(title)} is not delivered but read, and no trigger of this flow reads it.`;
  const fix = 'Add a trigger for this event; no wire need lead from it.';
  return [error({ code: 'event_not_read', pointer: below(pointer, 'event'), message, fix })];
}

/** Without a connection the step waits for one of the flow's own webhooks. */
function checkOwnWebhook(facts: Facts, id: string, pointer: string): Problem[] {
  const webhooks = facts.triggers.filter(({ trigger }) => trigger.kind === 'webhook').map((place) => place.id);
  if (webhooks.includes(id)) return [];
  const message = `The flow has no webhook ${quote(id)}.`;
  const fix =
    webhooks.length > 0
      ? `Choose ${listNames(webhooks, 'or')}, or a connection whose event it is.`
      : 'Add a webhook trigger, or choose a connection whose event it is.';
  return [error({ code: 'event_unknown', pointer, message, fix })];
}

function waitWrong(pointer: string, message: string): Problem {
  return error({ code: 'wait_wrong', pointer, message, fix: 'Correct it, or write an expression.' });
}

function checkApproval(facts: Facts, place: StepPlace): Problem[] {
  const { step, pointer } = place;
  const problems: Problem[] = checkUnbound(facts, place);
  const { needed, approvers, covers } = step;
  if (needed !== undefined && !isExpression(needed)) {
    const most =
      Array.isArray(approvers) && !approvers.some(isExpression) ? approvers.length : Number.POSITIVE_INFINITY;
    if (typeof needed !== 'number' || !Number.isInteger(needed) || needed < 1 || needed > most) {
      const message = `${quote(needed)} is no number of approvals that can be reached.`;
      const fix = Number.isFinite(most) ? `Ask for 1 to ${most}.` : 'Ask for 1 or more.';
      problems.push(error({ code: 'needed_wrong', pointer: below(pointer, 'needed'), message, fix }));
    }
  }
  if (Array.isArray(approvers) && approvers.length === 0) {
    const message = 'Nobody is asked.';
    problems.push(
      error({
        code: 'approvers_missing',
        pointer: below(pointer, 'approvers'),
        message,
        fix: 'Name at least one approver.',
      }),
    );
  }
  problems.push(...checkEscalation(step, pointer), ...checkAsk(facts, step, pointer));
  for (const [index, id] of (Array.isArray(covers) ? covers : []).entries()) {
    if (facts.findStep(String(id))) continue;
    const message = `There is no step ${quote(id)} to be covered.`;
    problems.push(
      error({
        code: 'step_unknown',
        pointer: below(pointer, 'covers', index),
        message,
        fix: 'Name a step that exists.',
      }),
    );
  }
  return problems;
}

/** They are asked where that can be done, and reminded in time. */
function checkAsk(facts: Facts, step: StepPlace['step'], pointer: string): Problem[] {
  const { connection, channel, remind } = objectOf(step.ask);
  const connector = facts.connectorOf(connection);
  const problems: Problem[] = [];
  const { everySeconds } = objectOf(remind);
  if (
    typeof everySeconds === 'number' &&
    typeof step.timeoutSeconds === 'number' &&
    everySeconds >= step.timeoutSeconds
  ) {
    const message = 'The time to decide is over before anybody is reminded.';
    const fix = 'Remind sooner, or give more time.';
    problems.push(warning({ code: 'reminder_late', pointer: below(pointer, 'ask', 'remind'), message, fix }));
  }
  if (connector?.approvals && channel !== undefined && connector.approvals.channels === undefined) {
    const message = `${connector.title} has no channels.`;
    const fix = 'Leave the channel out: each approver is asked directly.';
    problems.push(error({ code: 'channel_wrong', pointer: below(pointer, 'ask', 'channel'), message, fix }));
  }
  if (!connector || connector.approvals) return problems;
  const able = facts.catalog.connectors.filter(({ approvals }) => approvals).map(({ title }) => title);
  const message = `Approvals cannot be asked for in ${connector.title}.`;
  const fix = able.length > 0 ? `Choose a connection to ${listNames(able, 'or')}.` : 'Leave it out.';
  return [...problems, error({ code: 'ask_wrong', pointer: below(pointer, 'ask', 'connection'), message, fix })];
}

/** Stages that name somebody, in time to be asked. */
function checkEscalation(step: StepPlace['step'], pointer: string): Problem[] {
  const stages: unknown[] = Array.isArray(step.escalate) ? step.escalate : [];
  return stages.flatMap((stage, index) => {
    if (!isObject(stage)) return [];
    const place = below(pointer, 'escalate', index);
    const problems: Problem[] = [];
    if (Array.isArray(stage.approvers) && stage.approvers.length === 0) {
      const message = 'Nobody else is asked.';
      const fix = 'Name at least one approver, or remove the stage.';
      problems.push(error({ code: 'approvers_missing', pointer: below(place, 'approvers'), message, fix }));
    }
    const { afterSeconds } = stage;
    const { timeoutSeconds } = step;
    if (typeof afterSeconds === 'number' && typeof timeoutSeconds === 'number' && afterSeconds >= timeoutSeconds) {
      const message = 'The time to decide is over before anybody else is asked.';
      const fix = 'Ask sooner, or give more time.';
      problems.push(warning({ code: 'escalation_late', pointer: below(place, 'afterSeconds'), message, fix }));
    }
    return problems;
  });
}

function checkRespond(facts: Facts, { step, pointer }: StepPlace): Problem[] {
  const problems: Problem[] = [];
  const webhooks = facts.triggers.filter(({ trigger }) => trigger.kind === 'webhook');
  const answering = facts.triggers.some(
    ({ trigger }) =>
      trigger.kind === 'call' ||
      (trigger.kind === 'manual' && trigger.agents !== undefined) ||
      (trigger.kind === 'connector' && trigger.answers === true),
  );
  if (webhooks.length === 0 && !answering) {
    const message = 'There is nobody to answer: the flow has no webhook, and no flow or agent calls it.';
    const fix = 'Add a webhook or a call trigger, offer the flow to agents, or remove this step.';
    problems.push(error({ code: 'respond_outside_webhook', pointer, message, fix }));
  } else if (!answering && webhooks.every(({ trigger }) => trigger.respond !== 'step')) {
    const message = 'The caller is answered before this step runs.';
    const fix = 'Let the webhook respond by a step.';
    problems.push(warning({ code: 'respond_not_awaited', pointer, message, fix }));
  }
  const { status } = step;
  if (status !== undefined && !isExpression(status)) {
    if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
      const message = `${quote(status)} is no status of an answer.`;
      problems.push(
        error({
          code: 'status_wrong',
          pointer: below(pointer, 'status'),
          message,
          fix: 'Give a number from 200 to 599.',
        }),
      );
    }
  }
  return problems;
}

function isExpression(value: unknown): boolean {
  const shape = readExpression(value);
  return shape !== undefined && shape.language !== 'literal';
}
