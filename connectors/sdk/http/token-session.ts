import { FatalError } from '../errors.js';
import type { Token, TokenHost, TokenKeeper, TokenSource } from '../tokens/token.js';
import type { HttpClient } from '../types.js';
import { masked } from './masked.js';
import type { Target } from './target.js';

/** What one connection's calls need of its token. */
export class TokenSession {
  private readonly source: TokenSource;
  private readonly host: TokenHost;

  /** `endpoint` calls the token endpoint and no other place. */
  constructor(
    private readonly target: Target & Required<Pick<Target, 'token'>>,
    private readonly keeper: TokenKeeper,
    endpoint: HttpClient,
    private readonly simulated: boolean,
  ) {
    this.source = target.token.source;
    this.host = { http: endpoint, now: () => new Date() };
  }

  /** The token for a call; `refused` is one that was not taken. */
  async current(signal: AbortSignal | undefined, refused?: string): Promise<string> {
    const { accessToken } = await untilAborted(
      this.keeper.current((held) => this.obtain(held), refused),
      this.target.title,
      signal,
    );
    return accessToken;
  }

  /** The first token, for the code of a person's consent. */
  async redeem(given: { code: string; redirectUri: string; verifier: string }): Promise<Token> {
    const { consent } = this.source;
    if (!consent) throw new Error(`${this.target.title} signs in without a person's consent.`);
    return this.told(consent.redeem(this.target.token.fields, given, this.host), [given.code, given.verifier]);
  }

  private async obtain(held: Token | null): Promise<Token> {
    if (!this.simulated) return this.ask(held);
    try {
      return await this.ask(held);
    } catch (error) {
      // A simulator that was reset knows its tokens no longer.
      if (held && error instanceof FatalError) return this.ask(null);
      throw error;
    }
  }

  private ask(held: Token | null): Promise<Token> {
    // At a simulator there is nobody who would have to agree.
    if (this.simulated && this.source.consent && !held?.refreshToken) {
      return this.redeem({ code: 'simulated', redirectUri: 'https://simulated.example/', verifier: 'simulated' });
    }
    const { fields } = this.target.token;
    return this.told(this.source.obtain(fields, held, this.host), held?.refreshToken ? [held.refreshToken] : []);
  }

  /** A refusal in the vendor's words, without our secrets. */
  private told(token: Promise<Token>, secrets: string[]): Promise<Token> {
    return token.catch((error: unknown) => {
      if (!(error instanceof FatalError)) throw error;
      const { code, status, details, cause } = error;
      const hidden = [...this.target.secrets, ...secrets];
      const vendorMessage = masked(error.vendorMessage, hidden);
      throw new FatalError(masked(error.message, hidden) ?? '', { code, status, details, cause, vendorMessage });
    });
  }
}

/** Others may wait for the same token: who is cancelled leaves, and the request for it goes on. */
function untilAborted(token: Promise<Token>, title: string, signal: AbortSignal | undefined): Promise<Token> {
  if (!signal) return token;
  return new Promise((resolve, reject) => {
    const leave = () => reject(new FatalError(`The call to ${title} was cancelled.`, { code: 'E_CANCELLED' }));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    token.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
