import type { ConnectionAddress, InboundRequest } from '@castellan/sdk';
import { Injectable } from '@nestjs/common';
import { ApprovalAnswers } from '../approvals/approval-answers.service.js';
import { ConnectionsService } from '../connections/connections.service.js';
import type { OpenConnection } from '../connections/open-connection.js';
import { connectorOf } from '../connector-registry/known-connectors.js';
import { IntakeDatabase } from '../platform/database/index.js';
import { Grouping } from '../platform/grouping.js';
import { AnsweringService } from './answering/answering.service.js';
import { eventsAt } from './arrived-events.js';
import { CatchSample } from './catch-sample.js';
import { corsHeaders, preflightHeaders } from './cors.js';
import { type Arrival, parseBody } from './delivery.js';
import { accepted, type HookResponse, json, notHere, signInAgain } from './hook-answers.js';
import { type Address, IntakeService } from './intake.service.js';
import { RefusalsService } from './refusals.service.js';
import { type TriggerRow, triggersAt } from './trigger-row.js';
import { WebhookService, type WebhookSpec } from './webhook.service.js';

interface AddressedConnection {
  id: string;
  workspaceId: string;
  isListenedTo: boolean;
}

type Addressed = TriggerRow & { isListenedTo: boolean };

/** Finds what listens at an address: a webhook, or a connection with its events. */
@Injectable()
export class HooksService {
  private readonly triggers = new Grouping<string, Addressed | null>({
    atOnce: 2,
    most: 100,
    work: (paths) => triggersAt(this.database, paths),
  });

  constructor(
    private readonly database: IntakeDatabase,
    private readonly connections: ConnectionsService,
    private readonly intake: IntakeService,
    private readonly webhooks: WebhookService,
    private readonly refusals: RefusalsService,
    private readonly samples: CatchSample,
    private readonly answers: ApprovalAnswers,
    private readonly answering: AnsweringService,
  ) {}

  async deliver(path: string, arrival: Arrival): Promise<HookResponse> {
    const trigger = await this.triggers.add(path);
    if (trigger) return this.toTrigger(path, trigger, arrival);
    const connection = await this.connectionAt(path);
    if (connection) return this.toConnection(path, connection, arrival);
    return (await this.samples.atAddress(path, arrival)) ?? notHere;
  }

  /** A browser reads the answer only where the trigger allows its page. */
  private async toTrigger(path: string, trigger: Addressed, arrival: Arrival): Promise<HookResponse> {
    const spec = trigger.spec as WebhookSpec;
    const preflight = preflightHeaders(spec, arrival);
    if (preflight) return { status: 204, headers: preflight, body: '' };
    const caught = trigger.isListenedTo ? await this.samples.atAddress(path, arrival) : null;
    const said = await this.webhooks.deliver(path, trigger, arrival);
    // What the published flow does not take may well be what the draft is meant for.
    const answer = said.status === notHere.status && caught ? caught : said;
    return { ...answer, headers: { ...answer.headers, ...corsHeaders(spec.cors, arrival.headers.origin) } };
  }

  private async connectionAt(path: string): Promise<AddressedConnection | null> {
    const [row] = await this.database.query<AddressedConnection>(
      `select c.id, c.workspace_id as "workspaceId",
              exists (select from listeners l where l.connection_id = c.id and l.until > now()) as "isListenedTo"
         from connections c where c.hook_path = $1 and c.removed_at is null`,
      [path],
    );
    return row ?? null;
  }

  private async toConnection(
    path: string,
    { id, workspaceId, isListenedTo }: AddressedConnection,
    arrival: Arrival,
  ): Promise<HookResponse> {
    const connection = await this.connections.open(this.database, workspaceId, id);
    const { address } = connectorOf(connection.connector);
    if (!address) return notHere;
    const { carries } = address.signature;
    const inbound = { ...arrival, body: parseBody(arrival.rawBody, arrival.headers['content-type']) as never };
    const at = {
      workspaceId,
      address: path,
      triggerRow: null,
      connectionId: id,
      externalId: null,
      carries,
      sample: false,
    };
    const { fields } = connection;
    const now = new Date();
    // A question that comes before the sender signs in, as Okta’s does: what it gets is its own text.
    const { challenge: asked } = address.signature;
    const unsigned = asked?.signed === false ? asked.answer(inbound) : null;
    if (unsigned) return json(unsigned.status, unsigned.body);
    const verdict = address.signature.verify({ ...arrival, fields, now });
    if (!verdict.ok) {
      if (isListenedTo) await this.samples.refusedAtConnection(id, verdict.reason);
      return this.refusals.refuse(arrival, at, verdict.reason, verdict.signsInAgain ? signInAgain : notHere);
    }
    const challenge = address.challenge?.(inbound, { fields, now });
    if (challenge) return json(challenge.status, challenge.body);
    const malformed = address.malformed?.(inbound, fields) ?? null;
    if (malformed !== null) {
      return this.refusals.refuse(arrival, at, malformed, json(400, { code: 'invalid_input', message: malformed }));
    }
    const known = { ...at, externalId: address.deliveryId(inbound), signature: verdict.signature };
    const taken = await this.takeFrom(connection, asKept(arrival, inbound, address), inbound, known, isListenedTo);
    const wanted = address.acknowledgement?.(inbound);
    return wanted === null || wanted === undefined
      ? taken
      : { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: wanted };
  }

  /** An answer to an approval is for the approval; all else for the flows that listen and the runs that wait. */
  private async takeFrom(
    connection: OpenConnection,
    arrival: Arrival,
    inbound: InboundRequest,
    at: Address,
    isListenedTo: boolean,
  ): Promise<HookResponse> {
    const { id: connectionId, workspaceId, connector } = connection;
    const answer = connectorOf(connector).approvals?.answers?.read(inbound);
    if (!answer) {
      const events = await eventsAt(this.database, connection, inbound);
      if (isListenedTo) await this.samples.atConnection(connectionId, events, arrival, at.carries ?? {});
      const awaited = connectorOf(connector).address?.answering?.awaited(inbound) ?? null;
      if (awaited !== null) return this.answering.take({ connection, arrival, at, events, awaited });
      return accepted(await this.intake.take(arrival, at, events), 200);
    }
    const deliveryId = await this.intake.keep(arrival, at, (tx, id) =>
      this.answers.store(tx, { id, workspaceId, connectionId, answer }),
    );
    this.answers.wake();
    return json(200, { deliveryId });
  }
}

/** What is stored of an arrival and shown to flows: not what only its answer needs. */
function asKept(arrival: Arrival, inbound: InboundRequest, { kept }: ConnectionAddress): Arrival {
  return kept ? { ...arrival, rawBody: Buffer.from(JSON.stringify(kept(inbound))) } : arrival;
}
