import type { Searched } from './search.js';

export interface Monitor {
  id: number;
  name: string;
  type: string;
  query: string;
  message: string;
  tags: string[];
  priority: number | null;
  overall_state: string;
}

export interface Downtime {
  id: string;
  monitorId: number;
  scope: string;
  message: string | null;
  status: 'active' | 'canceled';
  created: string;
  end: string | null;
}

export interface DatadogEvent extends Searched {
  title: string;
  alertType: string;
  aggregationKey: string | null;
  host: string | null;
}

export interface DatadogLog extends Searched {
  service: string | null;
  host: string | null;
  status: string;
}

export interface DatadogState {
  monitors: Monitor[];
  downtimes: Downtime[];
  events: DatadogEvent[];
  logs: DatadogLog[];
  signals: Searched[];
}
