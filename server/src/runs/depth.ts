import { depthHeader } from '@castellan/sdk';

/** A run may start a run that starts a run, so many deep (published limit), be it as a called flow or by a webhook. */
export const deepestCall = 5;

/** How many runs stand above the one that a delivery would start; 0 where no run of ours sent it. */
export function depthOf(headers: Record<string, string>): number {
  const told = headers[depthHeader] ?? '';
  return /^\d{1,6}$/.test(told) ? Number(told) : 0;
}
