import { Injectable } from '@nestjs/common';
import type { Address } from './contact.rules.js';
import type { Registration } from './registration.rules.js';

/** What a business register has under a number. */
export interface RegisterEntry {
  readonly name: string;
  readonly address?: Address;
  /** As the register says it: active, dissolved, 폐업. */
  readonly status: string;
}

export type RegisterAnswer =
  | { readonly outcome: 'found'; readonly entry: RegisterEntry; readonly reference?: string }
  | { readonly outcome: 'not_found' | 'unavailable'; readonly reference?: string };

/** A register of businesses that can be asked by number. Asked outside of any transaction, since it may take its time. */
export abstract class RegisterLookup {
  /** Which kinds of number it knows. */
  abstract knows(scheme: string): boolean;
  abstract find(registration: Registration): Promise<RegisterAnswer>;
}

/** None is connected: staff look numbers up by hand. */
@Injectable()
export class NoRegister extends RegisterLookup {
  override knows(): boolean {
    return false;
  }

  override find(): Promise<RegisterAnswer> {
    return Promise.resolve({ outcome: 'unavailable' });
  }
}
