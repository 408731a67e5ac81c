import { isDeepStrictEqual } from 'node:util';
import { type ConnectorImport, type ImportChoice, largestDocument } from '@castellan/api';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform/database/index.js';
import { ApiError } from '../platform/errors.js';
import { newId } from '../platform/ids.js';
import { type InputProblem, invalidInput } from '../platform/input-problems.js';
import type { Actor } from '../platform/routes/index.js';
import { answerOf } from './import-answers.js';
import { type ImportRow, readImport } from './import-rows.js';
import { ImportWork } from './import-work.service.js';
import { findPresent } from './present-connector.js';

type Wish =
  | { url: string; into?: string }
  | { name: string; text: string; into?: string }
  | { name: string; size: number; into?: string }
  | { again: string };

/** What people do with imports. The work itself is done elsewhere: each answer says how far it is. */
@Injectable()
export class ConnectorImports {
  constructor(
    private readonly database: Database,
    private readonly work: ImportWork,
  ) {}

  async begin(actor: Actor, wish: Wish): Promise<ConnectorImport> {
    const into = 'again' in wish ? wish.again : wish.into;
    const present = into === undefined ? null : await findPresent(this.database, actor.workspaceId, into);
    const id = newId();
    const { userId, email } = actor;
    const state = 'size' in wish ? 'receiving' : 'waiting';
    await this.database.query(
      `insert into connector_imports (id, workspace_id, into_id, source, url, size, document, state, asked_by)
       values ($1, $2, $3, $4, $5, $6,
               coalesce((select document from imported_versions where connector_id = $7 and number = $8), $9), $10, $11)`,
      [
        ...[id, actor.workspaceId, present?.id ?? null],
        'again' in wish ? present?.source : 'url' in wish ? wish.url : wish.name,
        'url' in wish ? wish.url : null,
        'size' in wish ? wish.size : null,
        ...('again' in wish ? [present?.id, present?.number] : [null, null]),
        Buffer.from('text' in wish ? wish.text : ''),
        state,
        JSON.stringify({ userId, email }),
      ],
    );
    this.work.wake();
    return this.get(actor, id);
  }

  async get(actor: Actor, id: string): Promise<ConnectorImport> {
    return answerOf(this.database, await readImport(this.database, actor.workspaceId, id));
  }

  /** Takes the next part of a document. A part that came already is passed over, so that it can be sent again. */
  async send(actor: Actor, id: string, part: { at: number; content: string }): Promise<ConnectorImport> {
    const bytes = Buffer.from(part.content, 'base64');
    await this.database.transaction(async (tx) => {
      const { state, received, size } = await readImport(tx, actor.workspaceId, id, true);
      if (part.at < received && part.at + bytes.length <= received) return;
      requireState(state, 'receiving');
      if (part.at !== received) {
        throw new ApiError('conflict', `/at: ${received} bytes are here. Send what follows them.`, { received });
      }
      const whole = received + bytes.length;
      if (whole > Math.min(size ?? 0, largestDocument)) {
        throw new ApiError('too_large', `The document was to have ${size} bytes, and more are sent.`);
      }
      await tx.query(
        `update connector_imports set document = document || $2, state = $3, updated_at = now() where id = $1`,
        [id, bytes, whole === size ? 'waiting' : 'receiving'],
      );
    });
    this.work.wake();
    return this.get(actor, id);
  }

  async choose(actor: Actor, id: string, choice: ImportChoice): Promise<ConnectorImport> {
    await this.database.transaction(async (tx) => {
      const row = await readImport(tx, actor.workspaceId, id, true);
      requireState(row.state, 'ready');
      checkChoice(choice, row);
      await tx.query(
        `update connector_imports
            set choice = $2, state = 'chosen', attempts = 0, progress = null, asked_by = $3, updated_at = now()
          where id = $1`,
        [id, JSON.stringify(choice), JSON.stringify({ userId: actor.userId, email: actor.email })],
      );
    });
    this.work.wake();
    return this.get(actor, id);
  }

  async discard(actor: Actor, id: string): Promise<void> {
    await readImport(this.database, actor.workspaceId, id);
    await this.database.query('delete from connector_imports where id = $1', [id]);
  }
}

function requireState(state: ImportRow['state'], wanted: ImportRow['state']): void {
  if (state === wanted) return;
  throw new ApiError('conflict', `This import is ${state}, and would have to be ${wanted}. Read it again.`, { state });
}

/** What was chosen must be there to be chosen. */
function checkChoice({ operations, signIns, server, test }: ImportChoice, { outline }: ImportRow): void {
  const byKey = new Map(outline?.operations.map((one) => [one.key, one]));
  const problems: InputProblem[] = [];
  for (const [index, { key, effect, idempotency }] of operations.entries()) {
    const pointer = `/operations/${index}`;
    const known = byKey.get(key);
    if (!known) problems.push({ pointer: `${pointer}/key`, message: `The document has no operation ${key}.` });
    else if (known.unusable) problems.push({ pointer, message: `${key}: ${known.unusable.message}` });
    else if (effect !== 'read' && idempotency === 'key' && known.keyHeader === null) {
      const message = `${key} has no header for a key: choose “none”, or “natural” if a repeat changes nothing.`;
      problems.push({ pointer: `${pointer}/idempotency`, message });
    }
  }
  if (new Set(operations.map(({ key }) => key)).size < operations.length) {
    problems.push({ pointer: '/operations', message: 'An operation is chosen twice.' });
  }
  const kinds = new Set(outline?.signIns.map(({ kind }) => kind));
  for (const kind of signIns) {
    if (!kinds.has(kind)) problems.push({ pointer: '/signIns', message: `There is no way to sign in “${kind}”.` });
  }
  const { url, variables } = server;
  const isNamed = outline?.servers.some(({ description: _, ...one }) => isDeepStrictEqual(one, { url, variables }));
  const isPlain = variables.length === 0 && (url === '' || (/^https?:\/\//.test(url) && URL.canParse(url)));
  if (!isNamed && !isPlain)
    problems.push({ pointer: '/server/url', message: 'Give a whole address, with http or https.' });
  const proof = test === null ? undefined : operations.find(({ key }) => key === test);
  if (test !== null && (proof?.effect !== 'read' || !byKey.get(test)?.testable)) {
    problems.push({
      pointer: '/test',
      message: 'A connection is tested by a chosen operation that reads and needs no input.',
    });
  }
  if (problems.length > 0) throw invalidInput(problems);
}
