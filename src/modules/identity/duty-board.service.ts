import { Inject, Injectable } from '@nestjs/common';
import type { Role } from '../../platform/access/roles.js';
import { APP_CONFIG, type AppConfig, type DutyProfile } from '../../platform/config/config.js';
import { Database } from '../../platform/database/database.js';
import { approvalsPossible, approversLeft, clashesOf, postsOf, PROFILE_PEOPLE, type BatchPeople, type Colleague, type PostState } from './duty-posts.rules.js';
import { UsersRepository } from './users.repository.js';

export interface PostView extends PostState {
  /** How many people have one of the roles. */
  readonly peopleCount: number;
}

export interface DutyBoardView {
  readonly profile: DutyProfile;
  /** People with a role here, and how many the profile is made for. */
  readonly peopleCount: number;
  readonly madeFor: number;
  readonly outsideReviewer?: string;
  readonly posts: readonly PostView[];
  /** People whose roles exclude each other in this profile. */
  readonly clashes: readonly { readonly name: string; readonly roles: readonly [Role, Role] }[];
}

/** Somebody with a role, and the posts that nobody could fill once it was taken away. */
export interface HolderView {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly leavesOpen: readonly Pick<PostState, 'work' | 'post'>[];
}

/** A role as the people who hold it and what they do in it. */
export interface RoleView {
  readonly role: Role;
  readonly posts: readonly Pick<PostState, 'work' | 'post'>[];
  readonly holders: readonly HolderView[];
}

/** Whether the people there are can fill every duty. */
@Injectable()
export class DutyBoard {
  constructor(private readonly database: Database, private readonly users: UsersRepository, @Inject(APP_CONFIG) private readonly config: AppConfig) {}

  async view({ hasLimits }: { readonly hasLimits: boolean }): Promise<DutyBoardView> {
    const { dutyProfile: profile, outsideReviewer } = this.config;
    const staff = await this.users.staff(this.database.reader);
    const names = new Map(staff.map(({ id, name }) => [id, name]));
    return {
      profile, peopleCount: staff.length, madeFor: PROFILE_PEOPLE[profile], ...(outsideReviewer === undefined ? {} : { outsideReviewer: outsideReviewer.name }),
      posts: postsOf(profile, staff, { hasLimits, outsideReviewer: outsideReviewer !== undefined })
        .map((post) => ({ ...post, peopleCount: staff.filter(({ roles }) => post.roles.some((role) => roles.includes(role))).length })),
      clashes: clashesOf(profile, staff).map(({ id, roles }) => ({ name: names.get(id) ?? id, roles })),
    };
  }

  async role(role: Role, { hasLimits }: { readonly hasLimits: boolean }): Promise<RoleView> {
    const { dutyProfile: profile, outsideReviewer } = this.config;
    const staff = await this.users.staff(this.database.reader);
    const posts = (people: readonly Colleague[]): PostState[] => postsOf(profile, people, { hasLimits, outsideReviewer: outsideReviewer !== undefined });
    const now = posts(staff);
    const without = (id: string): PostState[] => posts(staff.map((one) => (one.id === id ? { ...one, roles: one.roles.filter((held) => held !== role) } : one)));
    return {
      role, posts: now.filter(({ roles }) => roles.includes(role)).map(({ work, post }) => ({ work, post })),
      holders: staff.filter(({ roles }) => roles.includes(role)).map(({ id, name, version }) => ({
        id, name, version, leavesOpen: without(id).flatMap(({ work, post, filled }, index) => (!filled && now[index]?.filled === true ? [{ work, post }] : [])),
      })),
    };
  }

  /** How many approvals a batch can get in all, from the people there are now. */
  /** The names of those who may still approve a batch. */
  async approversLeft(had: BatchPeople): Promise<string[]> {
    return approversLeft(this.config.dutyProfile, await this.users.staff(this.database.reader), had).map(({ name }) => name);
  }

  async approvalsPossible(had: BatchPeople = {}): Promise<number> {
    return approvalsPossible(this.config.dutyProfile, await this.users.staff(this.database.reader), had);
  }
}
