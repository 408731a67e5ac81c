import { Injectable } from '@nestjs/common';

type Activity = (...given: never[]) => Promise<unknown>;

/** What features let workflows ask, beside the activities of runs. Given while the server starts, before the worker. */
@Injectable()
export class FeatureActivities {
  private readonly given: Record<string, Activity> = {};

  add(activities: object): void {
    Object.assign(this.given, activities);
  }

  get all(): Record<string, Activity> {
    return this.given;
  }
}
