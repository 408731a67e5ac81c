import { RetryableError } from '../errors.js';
import { isAlive, isFresh, type Token, type TokenKeeper } from './token.js';

/** A keeper in this process: for tokens that are made here, for tests and for programs that keep nothing. */
export class MemoryTokenKeeper implements TokenKeeper {
  private held: Token | null = null;
  private pending: Promise<Token> | undefined;

  constructor(private readonly now: () => number = Date.now) {}

  async current(obtain: (held: Token | null) => Promise<Token>, refused?: string): Promise<Token> {
    const { held } = this;
    if (held && held.accessToken !== refused && isFresh(held, this.now())) return held;
    this.pending ??= this.renew(obtain).finally(() => {
      this.pending = undefined;
    });
    return this.pending.catch((error: unknown) => {
      if (error instanceof RetryableError && held && held.accessToken !== refused && isAlive(held, this.now()))
        return held;
      throw error;
    });
  }

  private async renew(obtain: (held: Token | null) => Promise<Token>): Promise<Token> {
    this.held = await obtain(this.held);
    return this.held;
  }
}
