import { Inject, Injectable } from '@nestjs/common';
import { createTransport, type Transporter } from 'nodemailer';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { CarrierError, MailPort, type Parcel } from './carriers.port.js';

const LIMITS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };
const FIRST_FINAL_REPLY = 500;

/** A mail server by SMTP. What it answers may quote addresses, so only its number is kept. */
@Injectable()
export class SmtpMail extends MailPort {
  readonly isConnected: boolean;
  readonly #transport: Transporter | undefined;

  constructor(@Inject(APP_CONFIG) private readonly config: AppConfig) {
    super();
    this.isConnected = config.smtpUrl !== undefined;
    // Our templates name no files and no addresses to fetch; should a value ever do so, it is not followed.
    if (config.smtpUrl !== undefined) this.#transport = createTransport({ url: config.smtpUrl, ...LIMITS, disableFileAccess: true, disableUrlAccess: true });
  }

  async send({ reference, recipient, subject, plain, html }: Parcel): Promise<void> {
    try {
      await this.#transport?.sendMail({
        from: this.config.mailFrom, to: { name: '', address: recipient }, subject, text: plain, html,
        messageId: `<${reference}@${this.#domain()}>`,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (error) {
      const { responseCode } = error as { responseCode?: number };
      if (responseCode === undefined) throw new CarrierError('The mail server could not be reached.', false);
      const isFinal = responseCode >= FIRST_FINAL_REPLY;
      throw new CarrierError(`The mail server ${isFinal ? 'refused the letter' : 'could not take the letter now'} (${responseCode}).`, isFinal);
    }
  }

  #domain(): string {
    return /@([^\s>@]+)/.exec(this.config.mailFrom)?.[1] ?? 'makegood.invalid';
  }
}
