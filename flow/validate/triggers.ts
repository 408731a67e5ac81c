import { isObject, objectOf } from '../levels.js';
import { flowLimits, utf8Length } from '../limits.js';
import { below, keysOf } from '../pointer.js';
import { clockOf, isZone, nextFires, readCron } from '../schedule/index.js';
import type { CatalogConnector, CatalogTrigger, Problem } from '../schema/catalog.js';
import { ownTools } from '../schema/triggers.js';
import type { Facts, TriggerPlace } from './facts.js';
import { error, listNames, quote, warning } from './problems.js';
import { compileSchema, mismatchesOf } from './schemas.js';

/** The rules of triggers: events that exist, clocks that tick, keys that can be read, one answer to a vendor. */
export function checkTriggers(facts: Facts): Problem[] {
  return [
    ...facts.triggers.flatMap((place) => [...checkKind(facts, place), ...checkIntake(place)]),
    ...checkAnswers(facts),
    ...checkCalls(facts),
    ...checkTools(facts),
  ];
}

function checkKind(facts: Facts, place: TriggerPlace): Problem[] {
  switch (place.trigger.kind) {
    case 'webhook':
      return checkWebhook(facts, place);
    case 'connector':
      return checkEvent(facts, place);
    case 'schedule':
      return checkSchedule(place);
    case 'manual':
    case 'call':
      return ['input', 'output'].flatMap((field) => checkForm(place.trigger[field], below(place.pointer, field)));
    default:
      return [];
  }
}

function checkWebhook(facts: Facts, { trigger, pointer }: TriggerPlace): Problem[] {
  const problems: Problem[] = [];
  const { scheme, connection } = objectOf(trigger.signature);
  const connector = facts.connectorOf(connection);
  if (connector?.schemes && typeof scheme === 'string' && connector.schemes.every(({ id }) => id !== scheme)) {
    const message = `${connector.title} does not sign by the scheme ${quote(scheme)}.`;
    const fix = `Choose ${listNames(
      connector.schemes.map(({ id }) => id),
      'or',
    )}.`;
    problems.push(error({ code: 'scheme_unknown', pointer: below(pointer, 'signature', 'scheme'), message, fix }));
  }
  if (trigger.respond === 'step' && facts.steps.every(({ step }) => step.kind !== 'respond')) {
    const message = 'The webhook waits for a respond step, but the flow has none.';
    problems.push(
      warning({
        code: 'respond_missing',
        pointer: below(pointer, 'respond'),
        message,
        fix: 'Add one, or answer at once.',
      }),
    );
  }
  return problems;
}

function checkEvent(facts: Facts, { trigger, pointer }: TriggerPlace): Problem[] {
  const connector = facts.connectorOf(trigger.connection);
  if (!connector || typeof trigger.event !== 'string') return [];
  const event = connector.triggers.find(({ id }) => id === trigger.event);
  if (!event) {
    const message = `${connector.title} has no event ${quote(trigger.event)}.`;
    const names = connector.triggers.map(({ id }) => id);
    const fix = names.length > 0 ? `Choose ${listNames(names, 'or')}.` : 'Choose a connection to another system.';
    return [error({ code: 'event_unknown', pointer: below(pointer, 'event'), message, fix })];
  }
  return [
    ...checkHowOften(trigger, event, pointer),
    ...checkAnswering(trigger, { connector, event }, pointer),
    ...checkFallback(trigger, event, pointer),
    ...checkRespondStep(facts, trigger, event, pointer),
  ];
}

/** Only an event that is read from the system is asked for. */
function checkHowOften(trigger: TriggerPlace['trigger'], event: CatalogTrigger, pointer: string): Problem[] {
  if (trigger.everySeconds === undefined || event.poll !== undefined) return [];
  const message = `${quote(event.title)} is delivered by the system: nobody asks for it.`;
  const place = below(pointer, 'everySeconds');
  return [error({ code: 'not_polled', pointer: place, message, fix: 'Remove how often it is asked for.' })];
}

function checkAnswering(
  trigger: TriggerPlace['trigger'],
  { connector, event }: { connector: CatalogConnector; event: CatalogTrigger },
  pointer: string,
): Problem[] {
  if (trigger.answers !== true || (event.answers !== undefined && event.answers !== false)) return [];
  const message = `${connector.title} waits for no answer to ${quote(event.title)}.`;
  return [
    error({ code: 'answer_not_awaited', pointer: below(pointer, 'answers'), message, fix: 'Switch answering off.' }),
  ];
}

/** What is answered in the flow's stead is an answer, too. */
function checkFallback(trigger: TriggerPlace['trigger'], event: CatalogTrigger, pointer: string): Problem[] {
  if (trigger.fallback === undefined || trigger.answers !== true || !isObject(event.answers)) return [];
  return mismatchesOf(event.answers, trigger.fallback).map((mismatch) => {
    const place = below(pointer, 'fallback') + mismatch.pointer;
    const fix = 'Correct it, or remove it: then the usual one is answered.';
    return error({ code: 'fallback_wrong', pointer: place, message: mismatch.message, fix });
  });
}

function checkRespondStep(
  facts: Facts,
  trigger: TriggerPlace['trigger'],
  event: CatalogTrigger,
  pointer: string,
): Problem[] {
  if (trigger.answers !== true || !event.answers || facts.steps.some(({ step }) => step.kind === 'respond')) return [];
  const message = 'This flow is to give the answer, but it has no respond step.';
  const fix = 'Add one, or let this flow only listen.';
  return [warning({ code: 'respond_missing', pointer: below(pointer, 'answers'), message, fix })];
}

/** The vendor takes one answer, so only one trigger may give it. */
function checkAnswers({ triggers }: Facts): Problem[] {
  const first = new Map<string, string>();
  return triggers.flatMap(({ id, trigger, pointer }) => {
    if (trigger.kind !== 'connector' || trigger.answers !== true) return [];
    const key = JSON.stringify([trigger.connection, trigger.event]);
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, id);
      return [];
    }
    const message = `${quote(other)} already answers this event.`;
    return [
      error({ code: 'answered_twice', pointer: below(pointer, 'answers'), message, fix: 'Let this one only listen.' }),
    ];
  });
}

function checkCalls({ triggers }: Facts): Problem[] {
  const [, ...more] = triggers.filter(({ trigger }) => trigger.kind === 'call');
  return more.map(({ pointer }) => {
    const message = 'A flow can be called in one way only.';
    return error({ code: 'called_twice', pointer, message, fix: 'Keep one call trigger.' });
  });
}

/** An agent calls a tool by its name alone. */
function checkTools({ triggers }: Facts): Problem[] {
  const taken = new Map<string, string>(ownTools.map((name) => [name, 'the server itself']));
  return triggers.flatMap(({ id, trigger, pointer }) => {
    const name = trigger.kind === 'manual' ? objectOf(trigger.agents).tool : undefined;
    if (typeof name !== 'string') return [];
    const other = taken.get(name);
    taken.set(name, other ?? quote(id));
    if (other === undefined) return [];
    const message = `The tool ${quote(name)} is offered by ${other}.`;
    const fix = 'Give it another name.';
    return [error({ code: 'tool_named_twice', pointer: below(pointer, 'agents', 'tool'), message, fix })];
  });
}

function checkSchedule({ trigger, pointer }: TriggerPlace): Problem[] {
  const problems: Problem[] = [];
  const report = (field: string, message: string, fix: string) =>
    problems.push(error({ code: 'schedule_wrong', pointer: below(pointer, field), message, fix }));
  const given = ['cron', 'every', 'calendar'].filter((field) => trigger[field] !== undefined);
  if (given.length !== 1) {
    const message =
      given.length === 0 ? 'The schedule does not say when it fires.' : `The schedule has ${listNames(given)} at once.`;
    problems.push(
      error({ code: 'schedule_wrong', pointer, message, fix: 'Give one of "cron", "every" and "calendar".' }),
    );
  }
  const read = typeof trigger.cron === 'string' ? readCron(trigger.cron) : undefined;
  if (read && 'problem' in read) {
    report(
      'cron',
      `The cron text cannot be read: ${read.problem}`,
      'Write minute, hour, day, month and weekday, such as 0 9 * * 1-5.',
    );
  }
  if (typeof trigger.zone === 'string' && !isZone(trigger.zone)) {
    report('zone', `There is no time zone ${quote(trigger.zone)}.`, 'Use an IANA name such as Europe/Berlin.');
  }
  return problems.length > 0 || given.length !== 1 ? problems : checkDays(trigger, pointer);
}

/** Days that are rarer than they look, or never come. */
function checkDays(trigger: TriggerPlace['trigger'], pointer: string): Problem[] {
  const clock = clockOf(trigger);
  if (clock === undefined || 'every' in clock) return [];
  const place = below(pointer, trigger.cron === undefined ? 'calendar' : 'cron');
  if (nextFires(clock, new Date(), 1).length === 0) {
    const message = 'The schedule never fires: there is no such date.';
    return [error({ code: 'schedule_never', pointer: place, message, fix: 'Correct the days or the months.' })];
  }
  const { daysOfMonth, daysOfWeek } = clock.calendar;
  if (daysOfMonth === null || daysOfWeek === null) return [];
  const message = 'It fires only on days that fit both, the day of the month and the day of the week.';
  const fix = 'For either of them make two triggers; else this is as it should be.';
  return [warning({ code: 'schedule_narrow', pointer: place, message, fix })];
}

/** A form and an interface are objects whose fields have names. */
function checkForm(schema: unknown, pointer: string): Problem[] {
  if (!isObject(schema) || Object.keys(schema).length === 0) return [];
  if (schema.type === 'object' && compileSchema(schema)) return [];
  const message =
    schema.type === 'object' ? 'This JSON Schema cannot be used.' : 'This JSON Schema does not describe an object.';
  return [
    error({
      code: 'schema_wrong',
      pointer,
      message,
      fix: 'Write { "type": "object", "properties": { … } } without if, not and outside references.',
    }),
  ];
}

function checkIntake({ trigger, pointer }: TriggerPlace): Problem[] {
  return [
    ...checkCel(trigger.filter, below(pointer, 'filter')),
    ...checkKey(objectOf(trigger.dedupe).key, below(pointer, 'dedupe', 'key')),
  ];
}

/** A key that is read before a run is made: a pointer, or CEL; JSONata is checked with all other expressions. */
export function checkKey(key: unknown, pointer: string): Problem[] {
  if (typeof key !== 'string') return checkCel(key, pointer);
  if (key !== '' && keysOf(key)) return [];
  const message = `${quote(key)} is no pointer into the delivery.`;
  return [error({ code: 'key_wrong', pointer, message, fix: 'Write it as /body/id, or as an expression.' })];
}

function checkCel(value: unknown, pointer: string): Problem[] {
  const source = objectOf(value).cel;
  if (typeof source !== 'string') return [];
  const bytes = utf8Length(source);
  if (source.trim() === '')
    return [
      error({
        code: 'expression_invalid',
        pointer,
        message: 'The expression is empty.',
        fix: 'Write one, or remove it.',
      }),
    ];
  if (bytes <= flowLimits.expression) return [];
  const message = `The expression has ${bytes} bytes; at most ${flowLimits.expression} are allowed.`;
  return [error({ code: 'expression_too_long', pointer, message, fix: 'Shorten it.' })];
}
