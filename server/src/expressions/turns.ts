/** What can wait for its turn. */
export interface Waiting {
  readonly workspaceId: string;
  /** Characters to send. */
  readonly length: number;
}

/** Most requests and characters that one turn takes. A larger request is a turn of its own. */
const turnRequests = 100;
const turnLength = 1_000_000;

/** Requests that wait, by workspace. Workspaces take turns, so that many requests of one delay another by one turn. */
export class Turns<Request extends Waiting> {
  private readonly workspaces = new Map<string, Request[]>();

  get empty(): boolean {
    return this.workspaces.size === 0;
  }

  /** How many requests of a workspace wait. */
  waiting(workspaceId: string): number {
    return this.workspaces.get(workspaceId)?.length ?? 0;
  }

  push(request: Request): void {
    const queue = this.workspaces.get(request.workspaceId);
    if (queue) queue.push(request);
    else this.workspaces.set(request.workspaceId, [request]);
  }

  /** The requests of the next turn, all of one workspace. */
  take(): Request[] {
    const [next] = this.workspaces;
    if (!next) return [];
    const [workspaceId, queue] = next;
    let count = 0;
    for (let length = 0; count < queue.length && count < turnRequests; count += 1) {
      length += queue[count]?.length ?? 0;
      if (length > turnLength && count > 0) break;
    }
    const turn = queue.splice(0, count);
    this.workspaces.delete(workspaceId);
    if (queue.length > 0) this.workspaces.set(workspaceId, queue);
    return turn;
  }

  /** Takes out everything that waits. */
  clear(): Request[] {
    const all = [...this.workspaces.values()].flat();
    this.workspaces.clear();
    return all;
  }
}
