import { request as httpRequest, type RequestOptions } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Config } from '../config.js';
import { ApiError } from '../platform/errors.js';

const answerWithinMs = 5_000;
/** The control routes of the simulator kit begin here (connectors/sdk/simulator/control.ts). */
const controlRoot = '/__simulator';

/** What a simulator's control route answers about one workspace. */
export interface SimulatorState {
  connector: string;
  title: string;
  tables: { title: string; columns: { key: string; title: string }[]; rows: Record<string, unknown>[] }[];
  channels?: { name: string; messages: { at: string; from: string; text: string }[] }[];
  requests: number;
}

export interface SimulatorRequest {
  at: string;
  method: string;
  path: string;
  status: number | null;
  idempotencyKey: string | null;
  body: unknown;
}

/** The control side of the vendor simulators. They are our own process, reached over its socket and not by egress. */
@Injectable()
export class SimulatorsClient {
  constructor(private readonly config: Config) {}

  get available(): boolean {
    const { socket, url } = this.config.simulators;
    return socket !== null || url !== null;
  }

  /** The connectors that have a simulator; none where simulators are switched off. */
  async list(): Promise<{ connector: string; title: string }[]> {
    if (!this.available) return [];
    const { items } = await this.ask<{ items: { connector: string; title: string }[] }>('GET', '');
    return items;
  }

  view(connector: string, workspace: string): Promise<SimulatorState> {
    return this.ask('GET', `/${encodeURIComponent(connector)}`, workspace);
  }

  async requests(connector: string, workspace: string): Promise<SimulatorRequest[]> {
    const path = `/${encodeURIComponent(connector)}/requests`;
    return (await this.ask<{ items: SimulatorRequest[] }>('GET', path, workspace)).items;
  }

  async reset(connector: string, workspace: string): Promise<void> {
    await this.ask('POST', `/${encodeURIComponent(connector)}/reset`, workspace);
  }

  private ask<T>(method: string, path: string, workspace?: string): Promise<T> {
    if (!this.available) throw new ApiError('not_found', 'This server runs without simulators.');
    const query = workspace === undefined ? '' : `?workspace=${encodeURIComponent(workspace)}`;
    return new Promise((resolve, reject) => {
      const request = httpRequest({
        ...this.place(),
        method,
        path: controlRoot + path + query,
        timeout: answerWithinMs,
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', (error) => reject(away(error)));
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', (error) => reject(away(error)));
        response.on('end', () => {
          if (response.statusCode === 404) reject(new ApiError('not_found', 'There is no such simulator.'));
          else if (response.statusCode !== 200) reject(away(new Error(`status ${response.statusCode}`)));
          else resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')) as T);
        });
      });
      request.end();
    });
  }

  private place(): RequestOptions {
    const { socket, url } = this.config.simulators;
    if (socket !== null) return { socketPath: socket };
    const { hostname, port } = new URL(url ?? '');
    return { hostname, port: port || 80 };
  }
}

function away(cause: Error): ApiError {
  return new ApiError('unavailable', `The simulators do not answer (${cause.message}).`, undefined, { cause });
}
