import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { ApiError } from '../platform/errors.js';

const windowSeconds = 15 * 60;
/** Failed attempts within the window. The first stops guessing, the others guessing from many places or at many accounts. */
const failures = { accountAndAddress: 10, account: 50, address: 100 };

/** Slows down whoever guesses passwords or invitation codes, across all API processes. */
@Injectable()
export class LoginLimits {
  private readonly limiters: { limiter: RateLimiterPostgres; key: (account: string, address: string) => string }[];

  constructor(dataSource: DataSource) {
    const limiter = (keyPrefix: keyof typeof failures) =>
      new RateLimiterPostgres({
        storeClient: dataSource,
        storeType: 'typeorm',
        tableName: 'login_attempts',
        tableCreated: true,
        keyPrefix,
        points: failures[keyPrefix],
        duration: windowSeconds,
      });
    this.limiters = [
      { limiter: limiter('accountAndAddress'), key: (account, address) => `${account} ${address}` },
      { limiter: limiter('account'), key: (account) => account },
      { limiter: limiter('address'), key: (_account, address) => address },
    ];
  }

  /**
   * Counts an attempt as failed until `succeeded` is called, so that many at once cannot slip through. Refuses with
   * `rate_limited` when one limit is reached.
   */
  async attempt(account: string, address: string): Promise<{ succeeded(): Promise<void> }> {
    const name = createHash('sha256').update(account.trim().toLowerCase()).digest('hex').slice(0, 32);
    for (const { limiter, key } of this.limiters) {
      await limiter.consume(key(name, address)).catch((refusal: unknown) => {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const retryAfterSeconds = Math.ceil(refusal.msBeforeNext / 1_000);
        throw new ApiError('rate_limited', `Too many attempts; try again in ${retryAfterSeconds} seconds.`, {
          retryAfterSeconds,
        });
      });
    }
    const [own, account_, address_] = this.limiters;
    return {
      succeeded: async () => {
        await own?.limiter.delete(own.key(name, address));
        // What a success proves is only its own attempt: others at the account or from the address keep counting.
        await account_?.limiter.reward(account_.key(name, address));
        await address_?.limiter.reward(address_.key(name, address));
      },
    };
  }
}
