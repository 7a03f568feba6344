import { Body, Get, Post, Query } from '@nestjs/common';
import { LANGUAGES } from '../../core/policy/index.js';
import { userIdOf } from '../../platform/access/ownership.js';
import { Clock } from '../../platform/clock/clock.js';
import { Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { Accounts, LetterChoices, Passkeys, requireProof, Sessions } from '../../modules/identity/index.js';
import { LetterQueries } from '../../modules/mail/index.js';
import { formText } from '../shared/form-fields.form.js';
import { Pages, Visitor, type Visit } from '../shared/portal.page.js';
import { again, SeeOther, View } from '../shared/view.page.js';

/** What somebody sees and changes about themselves: ways to sign in, where they are signed in, their language. */
@Pages('account')
export class AccountPagesController {
  constructor(
    private readonly accounts: Accounts, private readonly sessions: Sessions, private readonly passkeys: Passkeys, private readonly letters: LetterQueries,
    private readonly choices: LetterChoices, private readonly clock: Clock,
  ) {}

  @Get()
  @Requires('session.read')
  async account(@Visitor() { ctx }: Visit, @Query() query: Record<string, unknown>): Promise<View> {
    const current = ctx.actor.kind === 'user' ? ctx.actor.session?.id : undefined;
    const userId = userIdOf(ctx.actor);
    const [account, sessions, passkeys, letters] = await Promise.all([this.accounts.mine(ctx), this.sessions.list(userId), this.passkeys.list(userId), this.choices.mine(ctx)]);
    const unreachable = await this.letters.unreachable([account.email, account.phone].filter((address) => address !== null));
    return new View('account/account.njk', {
      account, unreachable, letters, done: formText(query, 'done', 20),
      passkeys: passkeys.map((key) => ({ ...key, createdAt: key.createdAt.toISOString(), lastUsedAt: key.lastUsedAt?.toISOString() })),
      sessions: sessions.map(({ id, method, createdAt, lastSeenAt }) => ({ method, createdAt: createdAt.toISOString(), lastSeenAt: lastSeenAt.toISOString(), isThis: id === current })),
    });
  }

  @Post('language')
  @Requires('session.read')
  async setLanguage(@Visitor() { language, ctx }: Visit, @Body() body: unknown): Promise<SeeOther> {
    const chosen = LANGUAGES.find((known) => known === formText(body, 'language', 2)) ?? language;
    unwrap(await this.accounts.setLanguage(ctx, chosen));
    return new SeeOther(`/${chosen}/account?done=language`);
  }

  @Post('letters')
  @Requires('session.read')
  async chooseLetters(@Visitor() { language, ctx }: Visit, @Body() body: unknown): Promise<SeeOther> {
    unwrap(await this.choices.choose(ctx, { courtesy: formText(body, 'courtesy', 3) === 'yes' }));
    return new SeeOther(`/${language}/account?done=letters`);
  }

  @Post('sessions')
  @Requires('session.read')
  async endOthers(@Visitor() { language, ctx }: Visit): Promise<SeeOther> {
    unwrap(await this.sessions.endOthers(ctx, userIdOf(ctx.actor), ctx.actor.kind === 'user' ? ctx.actor.session?.id : undefined));
    return new SeeOther(`/${language}/account?done=sessions`);
  }

  @Get('password')
  @Requires('session.read')
  async password(@Visitor() { language, ctx }: Visit): Promise<View | SeeOther> {
    if (!requireProof(ctx.actor, this.clock.now()).ok) return this.#proofFirst(language);
    return new View('account/password.njk', { account: await this.accounts.mine(ctx) });
  }

  @Post('password')
  @Requires('session.read')
  async setPassword(@Visitor() { language, ctx }: Visit, @Body() body: unknown): Promise<View | SeeOther> {
    const set = await this.accounts.setPassword(ctx, formText(body, 'password', 200));
    if (set.ok) return new SeeOther(`/${language}/account?done=password`);
    if (set.refusal.code === 'identity.proof_needed') return this.#proofFirst(language);
    return again('account/password.njk', { account: await this.accounts.mine(ctx) }, set.refusal);
  }

  #proofFirst(language: string): SeeOther {
    return new SeeOther(`/${language}/account/proof?next=/${language}/account/password`);
  }
}
