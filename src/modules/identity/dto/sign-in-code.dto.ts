import { LANGUAGES, type Language } from '../../../core/policy/index.js';
import { BooleanField, ChoiceField, TextField } from '../../../platform/http/fields.js';

export class SignInCodeDto {
  @TextField({ max: 200, about: 'An email address or a telephone number', example: 'owner@corner-cafe.example' })
  address!: string;

  @ChoiceField(LANGUAGES)
  language!: Language;
}

export class CodeProofDto {
  @TextField({ max: 100, about: 'What asking for the code answered' })
  holder!: string;

  @TextField({ max: 20, example: '012345' })
  code!: string;
}

export class PasskeyProofDto {
  @TextField({ max: 100, about: 'What asking for the question answered' })
  holder!: string;

  @TextField({ max: 20_000, about: 'What the device answered (AuthenticationResponseJSON), as JSON text' })
  response!: string;
}

export class SignUpDto {
  @TextField({ max: 100, about: 'The holder whose code proved an address that nobody has yet' })
  holder!: string;

  @TextField({ max: 200 })
  name!: string;

  @ChoiceField(LANGUAGES)
  language!: Language;

  @BooleanField()
  termsAccepted!: boolean;
}

export class NewPasswordDto {
  @TextField({ max: 200, about: 'At least 15 characters' })
  password!: string;
}
