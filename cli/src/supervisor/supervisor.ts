import type { Launched, Service } from './service.js';

/** Looks at the size of logs this often. */
const ROTATE_EVERY_MS = 60_000;

/**
 * The services of an installation. They stop in the reverse of the order in which they were started, each when the
 * one that needs it has gone: server, simulators, Temporal, Postgres.
 */
export class Supervisor {
  private readonly services: Service<Launched>[] = [];
  private readonly rotation = setInterval(() => this.rotateLogs(), ROTATE_EVERY_MS);
  private beingStopped: Service<Launched> | undefined;
  private stopped: Promise<void> | undefined;

  /** Starts a service and keeps it running until `stop`, after which nothing is started any more. */
  async start<Running extends Launched>(service: Service<Running>): Promise<Running> {
    if (this.stopped !== undefined) throw new Error(`${service.title} is not started: everything is being stopped.`);
    this.services.push(service);
    return service.start();
  }

  /** Stops everything; repeated calls wait for the same stop. */
  stop(): Promise<void> {
    this.stopped ??= this.stopInOrder();
    return this.stopped;
  }

  /** For a person who will not wait: ends at once what is taking its time to stop. */
  hurry(): void {
    this.beingStopped?.kill();
  }

  private async stopInOrder(): Promise<void> {
    clearInterval(this.rotation);
    for (const service of this.services.toReversed()) {
      this.beingStopped = service;
      await service.stop();
    }
    this.beingStopped = undefined;
  }

  private rotateLogs(): void {
    for (const service of this.services) service.rotateLog();
  }
}
