import { createHash } from 'node:crypto';
import type { Connector } from '../define.js';
import { FatalError } from '../errors.js';
import { mailClient } from '../mail/mail-client.js';
import { simulatedMail } from '../mail/simulated-mail.js';
import { databaseClient } from '../sql/database-client.js';
import { MemoryTokenKeeper } from '../tokens/memory-keeper.js';
import type { Redeemed, Token, TokenKeeper } from '../tokens/token.js';
import type { DatabaseClient, HttpClient, MailClient } from '../types.js';
import { type CallOptions, defaultHttpLimits, type HttpLimits } from './call-options.js';
import { httpClient } from './client.js';
import { EgressGuard, type EgressPolicy } from './egress.js';
import { ConnectionGate } from './rate-gate.js';
import {
  outsideDispatcher,
  outsideRoute,
  type Route,
  type SimulatorsAt,
  simulatorDispatcher,
  simulatorRoute,
} from './route.js';
import { anyTarget, type ConnectionValues, type Target, targetOf, tokenTarget } from './target.js';
import { TokenSession } from './token-session.js';

/** The one way out of the server. */
export interface HttpCore {
  /** Calls of one connection: its base URL, its credentials (to its hosts only), its rate gate. */
  connect(connector: Connector, connection: ConnectionValues, options?: CallOptions): HttpClient;
  /** The mail server that a connection names; null where its connector speaks no SMTP. Limits are those of its calls. */
  mail(connector: Connector, connection: ConnectionValues, options?: CallOptions): MailClient | null;
  /** The database that a connection names; null where its connector speaks no SQL. */
  database(connector: Connector, connection: ConnectionValues, options?: CallOptions): DatabaseClient | null;
  /** The token that calls of a connection carry, got if need be; null where they carry none. */
  signIn(connector: Connector, connection: ConnectionValues, options?: CallOptions): Promise<string | null>;
  /** The first token of a connection that a person has agreed to at the vendor. Rejects with the vendor's words. */
  redeem(connector: Connector, connection: ConnectionValues, given: Redeemed): Promise<Token>;
  /** Calls that belong to no connection; each request names a `url`, and nothing is sent along. */
  open(options?: CallOptions): HttpClient;
  /** The control routes of the simulators (`/__simulator/…`), as `path` requests. */
  simulators(options?: CallOptions): HttpClient;
  close(): Promise<void>;
}

/** A token endpoint answers in this time or has to be asked again. */
const tokenMs = 15_000;

/** Makes the core. `limits` are for tests and settings. */
export function createHttpCore(policy: EgressPolicy = {}, limits: Partial<HttpLimits> = {}): HttpCore {
  const all: HttpLimits = { ...defaultHttpLimits, ...limits };
  const guard = new EgressGuard(policy);
  const outside = outsideDispatcher(policy, guard, all);
  const simulators = policy.simulators && simulatorDispatcher(policy.simulators);
  const gates = new Map<string, ConnectionGate>();

  const gateOf = (connector: Connector, id: string): ConnectionGate => {
    const gate = gates.get(id) ?? new ConnectionGate(connector);
    gates.set(id, gate);
    return gate;
  };

  const keepers = new Map<string, MemoryTokenKeeper>();
  const keeperOf = (connection: ConnectionValues): TokenKeeper => {
    const { id, kind, fields } = connection;
    const key = createHash('sha256')
      .update(JSON.stringify([id, kind, fields]))
      .digest('hex');
    const keeper = keepers.get(key) ?? new MemoryTokenKeeper();
    keepers.set(key, keeper);
    return keeper;
  };

  /** Where calls of a connection go: out, or to the simulators. */
  const routeOf = (target: Target, { simulator }: ConnectionValues, options: CallOptions): Route =>
    simulator
      ? simulatorRoute(runningSimulators(), target, simulator.workspace, options)
      : outsideRoute(outside, policy, guard);

  const tokensOf = (target: Target, connection: ConnectionValues, options: CallOptions): TokenSession | undefined => {
    const { token } = target;
    if (!token) return undefined;
    const url = token.source.url?.(token.fields);
    // What is made here is not worth keeping elsewhere.
    const keeper = (url === undefined ? undefined : options.tokens) ?? keeperOf(connection);
    const endpoint = tokenTarget(target, url);
    const asking = { totalMs: tokenMs, breaker: options.breaker, insists: options.insists };
    const route = routeOf(endpoint, connection, asking);
    const http = httpClient({ target: endpoint, gate: new ConnectionGate({}), options: asking, limits: all, route });
    return new TokenSession({ ...target, token }, keeper, http, connection.simulator !== undefined);
  };

  return {
    connect(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      const tokens = tokensOf(target, connection, options);
      const gate = gateOf(connector, connection.id);
      const route = routeOf(target, connection, options);
      return httpClient({ target, gate, options, limits: all, route, tokens });
    },
    mail(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      if (!target.mailServer) return null;
      if (connection.simulator)
        return simulatedMail(this.connect(connector, connection, options), target.mailServer.sender);
      return mailClient(
        { ...target, server: target.mailServer },
        gateOf(connector, connection.id),
        guard,
        all,
        options,
      );
    },
    database(connector, connection, options = {}) {
      const target = targetOf(connector, connection);
      if (!target.databaseServer) return null;
      if (connection.simulator) throw new FatalError(`${target.title} has no simulator.`, { code: 'E_AUTH' });
      const gate = gateOf(connector, connection.id);
      return databaseClient({ ...target, server: target.databaseServer }, gate, guard, all, options);
    },
    async signIn(connector, connection, options = {}) {
      return (await tokensOf(targetOf(connector, connection), connection, options)?.current(options.signal)) ?? null;
    },
    async redeem(connector, connection, given) {
      const tokens = tokensOf(targetOf(connector, connection), connection, {});
      if (!tokens) throw new Error(`${connector.title} has no token.`);
      return tokens.redeem(given);
    },
    open(options = {}) {
      const route = outsideRoute(outside, policy, guard);
      return httpClient({ target: anyTarget, gate: new ConnectionGate({}), options, limits: all, route });
    },
    simulators(options = {}) {
      const { dispatcher, origin } = runningSimulators();
      const target = { ...anyTarget, title: 'The simulators', baseUrl: origin };
      const route: Route = async (wire) => ({ dispatcher, wire });
      return httpClient({ target, gate: new ConnectionGate({}), options, limits: all, route });
    },
    async close() {
      await Promise.all([outside.destroy(), simulators?.dispatcher.destroy()]);
    },
  };

  function runningSimulators(): SimulatorsAt {
    if (simulators) return simulators;
    throw new FatalError('The simulators are not running: start the server in mode “all”, or set SIMULATORS_URL.', {
      code: 'E_EGRESS',
    });
  }
}
