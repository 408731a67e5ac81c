import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { EventStreams } from './routes/event-streams.js';

/** The Prometheus metrics of this process. Features register their own on `registry`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'castellan_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });

  constructor(streams: EventStreams) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'castellan_event_streams',
      help: 'Open event streams',
      registers: [this.registry],
      collect() {
        this.set(streams.count);
      },
    });
  }

  observeRequest(answer: { method: string; route: string; status: number; seconds: number }): void {
    this.requests.observe(
      { method: answer.method, route: answer.route, status: `${Math.floor(answer.status / 100)}xx` },
      answer.seconds,
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
