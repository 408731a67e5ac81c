import { expect, it } from 'vitest';
import { changesOf, parseInput } from '../call.js';
import type { Connector, Operation } from '../define.js';
import { describeConnector } from '../describe.js';
import { secretNames } from '../fields.js';
import { createHttpCore } from '../http/core.js';
import { targetOf } from '../http/target.js';
import { neighbours, roundTrip, unsayable } from './schemas.js';

/** What a connector says of itself, which calls nobody. */
export function testDeclaration(connector: Connector): void {
  it('has an id, a title and its vendor’s docs', () => {
    expect(connector.id).toMatch(/^[a-z][a-z0-9-]*$/);
    expect(connector.title).not.toBe('');
    expect(connector.docs).toMatch(/^https:\/\//);
  });

  it('describes itself as JSON', () => {
    const described = describeConnector(connector);
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
  });

  it.runIf(connector.auth.length > 0)('has a sample connection that fits', () => {
    expect(() => targetOf(connector, { id: 'sample', ...connector.sampleConnection })).not.toThrow();
  });

  for (const auth of connector.auth) {
    it(`marks what is secret in ${auth.kind}`, () => {
      const names = Object.keys(auth.fields.shape).filter((name) =>
        /(token|secret|password|passphrase|apikey|privatekey)(next)?$/i.test(name),
      );
      expect(secretNames(auth.fields)).toEqual(expect.arrayContaining(names));
      expect(unsayable(auth.fields)).toEqual([]);
    });
  }

  const { kind, fields } = connector.sampleConnection;
  const { token } = connector.auth.find((auth) => auth.kind === kind) ?? {};
  if (token) {
    it('asks for its token, and for consent, over https', () => {
      const ask = { redirectUri: 'https://castellan.example/', state: 'state', challenge: 'challenge' };
      const places = [token.url?.(fields), token.consent?.address(fields, ask)].filter((place) => place !== undefined);
      expect(places.filter((place) => new URL(place).protocol !== 'https:')).toEqual([]);
    });
  }

  it.runIf(connector.auth.length > 0)('sends credentials to its own hosts only', async () => {
    const sample = { id: 'sample', ...connector.sampleConnection };
    const { origins, confined } = targetOf(connector, sample);
    if (![...origins].some(confined)) return;
    const core = createHttpCore();
    const elsewhere = core.connect(connector, sample).send({ method: 'GET', url: 'https://elsewhere.example/' });
    await expect(elsewhere).rejects.toMatchObject({
      code: 'E_EGRESS',
      message: expect.stringContaining('credentials'),
    });
    await core.close();
  });

  for (const [id, trigger] of Object.entries(connector.triggers)) {
    it(`has a true sample of its trigger ${id}`, () => {
      expect(trigger.payload.safeParse(trigger.sample).error).toBeUndefined();
      expect(trigger.docs).toMatch(/^https:\/\//);
      expect(trigger.answers?.safeParse(trigger.answerSample).error).toBeUndefined();
    });
  }

  const { address } = connector;
  if (address) {
    it('refuses a delivery that is not signed', () => {
      const rawBody = Buffer.from('{}');
      const { fields } = connector.sampleConnection;
      const verdict = address.signature.verify({ headers: {}, query: {}, rawBody, fields, now: new Date() });
      expect(verdict.ok).toBe(false);
      expect(address.setup).not.toBe('');
    });
  }
}

/** What an operation says of itself. */
export function testOperation(connector: Connector, id: string, operation: Operation): void {
  const { sample } = operation;

  it('has a name, a title, a summary and its docs', () => {
    expect(id).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect([operation.title, operation.summary]).not.toContain('');
    expect(operation.docs).toMatch(/^https:\/\//);
  });

  it('declares either a request or a run', () => {
    expect([operation.request, operation.run].filter(Boolean)).toHaveLength(1);
  });

  it('has a sample that fits its schemas', () => {
    expect(() => parseInput(operation, sample.input)).not.toThrow();
    expect(operation.output.safeParse(sample.output).error).toBeUndefined();
  });

  it('has an input that JSON Schema can say, and says the same there', () => {
    expect(unsayable(operation.input)).toEqual([]);
    const readBack = roundTrip(operation.input);
    for (const input of neighbours(sample.input)) {
      const verdicts = [operation.input.safeParse(input).success, readBack.safeParse(input).success];
      expect(verdicts, JSON.stringify(input)).toEqual([verdicts[0], verdicts[0]]);
    }
  });

  if (operation.effect === 'read') return;

  it('declares what it changes, from its input alone', () => {
    const changes = changesOf(connector, id, sample.input);
    expect(changes).not.toEqual([]);
    expect(changesOf(connector, id, sample.input)).toEqual(changes);
    const takesAway = changes.some(({ action }) => action === 'revoke' || action === 'delete');
    expect(operation.effect).toBe(takesAway ? 'destructive' : operation.effect);
  });

  if (operation.effect === 'destructive') {
    it('reads what it is about to take away, or says why it cannot', () => {
      expect(Boolean(operation.before) !== Boolean(operation.withoutBefore)).toBe(true);
    });
  }

  it('has a lookup exactly if its idempotency needs one', () => {
    expect(Boolean(operation.lookup)).toBe(operation.idempotency === 'lookup');
  });

  if (operation.undo) {
    it('names an operation and an input that take it back', () => {
      const undo = operation.undo?.(parseInput(operation, sample.input), sample.output as never, sample.before ?? null);
      expect(undo).not.toBeNull();
      expect(() => parseInput(connector.operations[undo!.operation]!, undo!.input)).not.toThrow();
    });
  }
}
