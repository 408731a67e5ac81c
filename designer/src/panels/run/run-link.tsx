import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useWorkspace } from '../../api/index.js';

export function RunLink({ runId, children }: { runId: string; children: ReactNode }) {
  const ws = useWorkspace().id;
  return (
    <Link to="/w/$ws/runs/$runId" params={{ ws, runId }}>
      {children}
    </Link>
  );
}
