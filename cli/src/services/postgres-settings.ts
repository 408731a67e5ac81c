import { statfsSync } from 'node:fs';

/** Postgres settings by name, as given to `postgres -c name=value`. */
export type PostgresSettings = Record<string, string | number>;

/** Containers often have 64 MB of /dev/shm, too little for parallel queries and many connections. */
const TINY_SHARED_MEMORY_BYTES = 128 * 1024 * 1024;

/** Tuned for one machine shared with the server and Temporal: small memory, many short transactions, safe commits. */
export function productSettings(): PostgresSettings {
  return {
    max_connections: 100,
    shared_buffers: '128MB',
    effective_cache_size: '512MB',
    work_mem: '8MB',
    maintenance_work_mem: '64MB',
    // No replicas read from this server, so the log carries only what recovery needs.
    wal_level: 'minimal',
    max_wal_senders: 0,
    wal_compression: 'on',
    max_wal_size: '1GB',
    min_wal_size: '128MB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // Queries are short: compiling them costs more than it saves.
    jit: 'off',
    max_parallel_workers_per_gather: 1,
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_line_prefix: '%m [%p] ',
    ...(hasTinySharedMemory() ? { dynamic_shared_memory_type: 'mmap' } : {}),
  };
}

function hasTinySharedMemory(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const { blocks, bsize } = statfsSync('/dev/shm');
    return blocks * bsize < TINY_SHARED_MEMORY_BYTES;
  } catch {
    return true;
  }
}
