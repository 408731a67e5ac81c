import { Injectable } from '@nestjs/common';
import { Config } from '../config.js';

/** The addresses that this server tells others. All come from PUBLIC_URL, never from a request's Host header. */
@Injectable()
export class Addresses {
  private listeningPort: number | null = null;

  constructor(private readonly config: Config) {}

  /** Told once the server listens: PORT 0 takes any free port. */
  listeningAt(port: number): void {
    this.listeningPort = port;
  }

  /** Origin without a slash at the end. */
  get origin(): string {
    return this.config.publicUrl ?? `http://localhost:${this.listeningPort ?? this.config.port}`;
  }

  /** Where a webhook or a connection's triggers listen. */
  hook(path: string): string {
    return `${this.origin}/hooks/${path}`;
  }

  /** Where agents find the tools that flows offer them. */
  get mcp(): string {
    return `${this.origin}/mcp`;
  }

  /** Where a vendor's page sends people back to when they have agreed to a connection. */
  get consent(): string {
    return `${this.origin}/oauth/callback`;
  }

  approval(workspaceId: string, approvalId: string): string {
    return `${this.origin}/w/${workspaceId}/approvals/${approvalId}`;
  }

  /** Where a signed link out of an e-mail leads first. */
  approvalLink(link: string): string {
    return `${this.origin}/approval-link?link=${encodeURIComponent(link)}`;
  }

  run(workspaceId: string, runId: string): string {
    return `${this.origin}/w/${workspaceId}/runs/${runId}`;
  }
}
