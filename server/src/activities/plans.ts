import type { PublishedVersion } from '../flows/versions.service.js';
import { makePlan, type Plan } from '../workflows/interpreter/index.js';

/** The index of each version's graph, made once while the version is kept. */
export class Plans {
  private readonly plans = new WeakMap<PublishedVersion, Plan>();

  of(version: PublishedVersion): Plan {
    let plan = this.plans.get(version);
    if (!plan) {
      plan = makePlan(version.control);
      this.plans.set(version, plan);
    }
    return plan;
  }
}
