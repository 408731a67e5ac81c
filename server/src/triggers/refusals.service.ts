import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Arrival } from './delivery.js';
import { type HookResponse, notHere, tooMany } from './hook-answers.js';
import { type Address, IntakeService } from './intake.service.js';

/** Deliveries that one address may refuse in a minute before it answers 429. */
const refusalLimit = { points: 60, duration: 60 };

/** Turns deliveries away. */
@Injectable()
export class RefusalsService {
  private readonly refusals = new RateLimiterMemory(refusalLimit);

  constructor(private readonly intake: IntakeService) {}

  /** Logged with its reason, unless the address is flooded: then the sender is slowed down and no more is written. */
  async refuse(arrival: Arrival, at: Address, reason: string, answer = notHere): Promise<HookResponse> {
    try {
      await this.refusals.consume(at.address);
    } catch (limit) {
      if (limit instanceof Error) throw limit;
      const seconds = (limit as RateLimiterRes).msBeforeNext / 1_000;
      return tooMany(seconds, 'Too many deliveries that are not taken.');
    }
    await this.intake.refuse(arrival, at, reason);
    return answer;
  }
}
