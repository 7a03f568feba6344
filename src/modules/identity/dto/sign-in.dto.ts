import { TextField } from '../../../platform/http/fields.js';

export class SignInDto {
  @TextField({ max: 200, example: 'owner@corner-cafe.example' })
  email!: string;

  @TextField({ max: 200, example: 'the password printed at start' })
  password!: string;
}

export class ProofDto {
  @TextField({ max: 200, example: 'the password you sign in with' })
  password!: string;
}
