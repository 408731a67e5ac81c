import { routes } from '@castellan/api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Feature } from './change.js';
import { addressOf } from './client.js';
import { openStream } from './stream.js';

interface Streams {
  /** How many pages hold a run's stream: a tab has one stream, so the workspace's rests meanwhile. */
  ofRuns: number;
  /** The tab's stream is broken: what is shown may be old. */
  lost: boolean;
}

const useStreams = create<Streams>(() => ({ ofRuns: 0, lost: false }));

/** Whether the server no longer tells what changes. */
export function useLostServer(): boolean {
  return useStreams(({ lost }) => lost);
}

/** Told by whoever holds the tab's stream. */
export function tellConnected(connected: boolean): void {
  useStreams.setState({ lost: !connected });
}

export function holdRunStream(): () => void {
  useStreams.setState(({ ofRuns }) => ({ ofRuns: ofRuns + 1 }));
  return () => useStreams.setState(({ ofRuns }) => ({ ofRuns: ofRuns - 1, lost: false }));
}

/** Lists that a message of the workspace's stream makes stale. */
const staleBy: Record<string, Feature[]> = {
  runs: ['runs', 'deliveries', 'triggers'],
  approvals: ['approvals'],
  flows: ['flows', 'triggers', 'catalog'],
};

/** Lists that change many times a second are read again at most this often. */
const quietMs = 1_000;

/** Keeps every list of the workspace up to date; the frame calls it once. */
export function useWorkspaceStream(ws: string): void {
  const client = useQueryClient();
  const resting = useStreams(({ ofRuns }) => ofRuns > 0);
  useEffect(() => {
    if (resting) return;
    const all = Object.values(staleBy).flat();
    const forget = (features: Iterable<Feature>, refetchType: 'active' | 'none') => {
      for (const feature of features) void client.invalidateQueries({ queryKey: [feature, ws], refetchType });
    };
    const stale = new Set<Feature>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      forget(stale, 'active');
      stale.clear();
    };
    const handlers = Object.fromEntries(
      Object.entries(staleBy).map(([name, features]) => [
        name,
        () => {
          for (const feature of features) stale.add(feature);
          timer ??= setTimeout(flush, quietMs);
        },
      ]),
    );
    const close = openStream(addressOf(routes.stream.workspace.path, { ws }), handlers, {
      onConnected: (connected) => {
        tellConnected(connected);
        // What changed before the stream was open, or while it rested or was broken, was told to nobody.
        if (connected) forget(all, 'active');
      },
    });
    return () => {
      close();
      tellConnected(true);
      clearTimeout(timer);
      // Nor will be what changes from now on: a page that opens a list reads it again.
      forget(all, 'none');
    };
  }, [client, ws, resting]);
}
