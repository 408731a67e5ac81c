import { Resolver, lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction, type Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import { FatalError } from '../errors.js';
import { isPublicAddress } from './address.js';

/** Finds all addresses of a name; rejects when there are none. */
export type ResolveName = (hostname: string) => Promise<string[]>;

/** Where calls may go. The server reads it from its settings. */
export interface EgressPolicy {
  /** `host:port` pairs that may lead to private addresses (EGRESS_ALLOW). */
  allow?: string[];
  /** Default: the system's resolver. `dnsResolver` makes one of EGRESS_DNS. */
  resolve?: ResolveName;
  /** HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  proxy?: { https?: string; http?: string; no?: string };
  /** Certificates in PEM that are trusted beside the well-known ones (EGRESS_CA). */
  ca?: string[];
  /** Where simulators answer; only connections of kind simulator are sent there. */
  simulators?: { socketPath: string } | { url: string };
}

/** Asks the given name servers (`address` or `address:port`) and nobody else. */
export function dnsResolver(servers: string[]): ResolveName {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  resolver.setServers(servers);
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    if (addresses.length === 0 && failed) throw failed.reason;
    return addresses;
  };
}

const systemResolver: ResolveName = async (hostname) =>
  (await systemLookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** A connection that could not be made: nothing was sent. */
export class ConnectFailure extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
    this.name = 'ConnectFailure';
  }
}

/** A name resolves to private addresses only. */
class NoPublicAddress extends Error {}

/** Decides for every connection that is made, and so for every redirect and every resolved address, whether it may be. */
export class EgressGuard {
  private readonly allow: Set<string>;
  private readonly resolve: ResolveName;

  constructor(private readonly policy: EgressPolicy) {
    this.allow = new Set((policy.allow ?? []).map((place) => place.toLowerCase()));
    this.resolve = policy.resolve ?? systemResolver;
  }

  /** Trusted certificates; undefined means Node's own. */
  get ca(): string[] | undefined {
    return this.policy.ca?.length ? [...rootCertificates, ...this.policy.ca] : undefined;
  }

  /** undici's connect function: checks literal addresses, then resolved ones, then the peer that was really reached. */
  connector(connectMs: number): buildConnector.connector {
    const options = { timeout: connectMs, ca: this.ca };
    const open = buildConnector({ ...options, lookup: this.lookup(() => true) });
    const guarded = buildConnector({ ...options, lookup: this.lookup(isPublicAddress) });
    return (target, callback) => {
      const { hostname, port } = placeOf(target.hostname, target.port, target.protocol);
      const allowed = this.isAllowed(hostname, port);
      const answer = (error: Error | null, socket: Socket | null) =>
        error ? callback(new ConnectFailure(error), null) : callback(null, socket as Socket);
      if (!allowed && isIP(hostname) && !isPublicAddress(hostname)) return answer(refusal(hostname, port), null);
      const connect = allowed ? open : guarded;
      connect({ ...target, hostname }, (...[error, socket]) => {
        if (error) return answer(error instanceof NoPublicAddress ? refusal(hostname, port) : error, null);
        if (allowed || isPublicAddress(socket.remoteAddress ?? '')) return answer(null, socket as Socket);
        socket.destroy();
        answer(refusal(hostname, port), null);
      });
    };
  }

  /** A bare connection, held against the same rules as a call. Rejects with ConnectFailure or E_EGRESS. */
  socket({ host, port }: { host: string; port: number }, connectMs: number): Promise<Socket> {
    const connect = this.connector(connectMs);
    return new Promise((resolve, reject) => {
      connect({ hostname: host, host, port: String(port), protocol: 'http:' }, (...[error, socket]) =>
        error ? reject(error) : resolve(socket),
      );
    });
  }

  /** The check before a proxy is asked, which connects for us: a name that only the proxy can resolve is left to it. */
  async checkProxied(url: URL): Promise<void> {
    const { hostname, port } = placeOf(url.hostname, url.port, url.protocol);
    if (this.isAllowed(hostname, port)) return;
    const addresses = isIP(hostname) ? [hostname] : await this.resolve(hostname).catch(() => []);
    if (addresses.some((address) => !isPublicAddress(address))) throw refusal(hostname, port);
  }

  private isAllowed(hostname: string, port: number): boolean {
    return this.allow.has(`${hostname}:${port}`) || this.allow.has(`[${hostname}]:${port}`);
  }

  /** Node's look-up function that hands out permitted addresses only, so that what was checked is what is connected to. */
  private lookup(permits: (address: string) => boolean): LookupFunction {
    return (hostname, options, callback) => {
      this.resolve(hostname).then(
        (addresses) => {
          const wanted = addresses
            .map((address) => ({ address, family: isIP(address) }))
            .filter(({ family }) => !options.family || options.family === family || options.family === `IPv${family}`);
          const permitted = wanted.filter(({ address }) => permits(address));
          const [first] = permitted;
          if (!first) return callback(new NoPublicAddress(hostname), '');
          if (options.all) callback(null, permitted);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    };
  }
}

function placeOf(hostname: string, port: string, protocol: string): { hostname: string; port: number } {
  const bare = hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
  return { hostname: bare, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

function refusal(hostname: string, port: number): FatalError {
  const place = `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
  return new FatalError(
    `${hostname} leads to a private address, which this server does not call. If it should, start it with EGRESS_ALLOW=${place}.`,
    { code: 'E_EGRESS' },
  );
}
