import { Injectable } from '@nestjs/common';
import type { MemberRole } from '../../platform/access/roles.js';
import type { Reader, Tx } from '../../platform/database/tx.js';
import { UsersRepository } from './users.repository.js';

export interface Member {
  readonly userId: string;
  readonly name: string;
  /** One of the two at least. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly role: MemberRole;
  readonly version: number;
}

/** Who acts for a merchant. Called by the module that keeps merchants, in its transaction; what is allowed is decided there. */
@Injectable()
export class Members {
  constructor(private readonly users: UsersRepository) {}

  of(reader: Reader, merchantId: string): Promise<Member[]> {
    return this.users.members(reader, merchantId);
  }

  /** For what somebody set off and others go on with: whether they still belong to the merchant, and may still sign in. */
  isMember(reader: Reader, member: { userId: string; merchantId: string }): Promise<boolean> {
    return this.users.isMember(reader, member);
  }

  add(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }): Promise<void> {
    return this.users.addMember(tx, member);
  }

  /** False when the version seen is no longer current. */
  change(tx: Tx, member: { userId: string; merchantId: string; role: MemberRole }, version: number): Promise<boolean> {
    return this.users.changeMember(tx, member, version);
  }

  remove(tx: Tx, member: { userId: string; merchantId: string }, version: number): Promise<boolean> {
    return this.users.removeMember(tx, member, version);
  }

  /** Every address by which those who act for a merchant are known. */
  contactsOf(reader: Reader, merchantId: string): Promise<{ email: string | null; phone: string | null }[]> {
    return this.users.contactsOf(reader, merchantId);
  }

  /** By which address somebody signs in. */
  async addressOf(reader: Reader, userId: string): Promise<string | undefined> {
    return (await this.users.find(reader, userId))?.email ?? undefined;
  }
}
