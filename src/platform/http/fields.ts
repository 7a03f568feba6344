import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min, MinLength,
  ValidateIf, ValidateNested,
} from 'class-validator';

/** Shape and documentation in one decorator, so that they cannot drift. Meaning is checked in core and rules. */
interface Common {
  readonly about?: string;
  readonly optional?: boolean;
  /** Of a merge patch: null takes the value away. Elsewhere null is as wrong as any other type. */
  readonly nullable?: boolean;
  readonly example?: unknown;
}

function field(options: Common, schema: Record<string, unknown>, ...checks: PropertyDecorator[]): PropertyDecorator {
  const about = [options.about, ...(options.nullable === true ? ['null takes it away'] : [])].filter((part) => part !== undefined).join('; ');
  const documented = { ...schema, ...(about === '' ? {} : { description: about }), ...(options.example === undefined ? {} : { example: options.example }) };
  return applyDecorators(
    options.optional === true ? ApiPropertyOptional(documented) : ApiProperty(documented),
    ...(options.nullable === true ? [IsOptional()] : options.optional === true ? [ValidateIf((_body, value) => value !== undefined)] : []),
    ...checks,
  );
}

export const TextField = (options: Common & { max: number; min?: number; pattern?: RegExp }): PropertyDecorator => field(
  options, { type: String, maxLength: options.max, minLength: options.min ?? 1, ...(options.pattern === undefined ? {} : { pattern: options.pattern.source }) },
  IsString(), MinLength(options.min ?? 1), MaxLength(options.max), ...(options.pattern === undefined ? [] : [Matches(options.pattern)]),
);

export const IdField = (options: Common = {}): PropertyDecorator => field(options, { type: String, format: 'uuid' }, IsUUID());

/** RFC 3339 with an offset; read by `parseInstant`, which says what is wrong with it. */
export const InstantField = (options: Common = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date-time' }, IsString(), MaxLength(40));

export const DateField = (options: Common = {}): PropertyDecorator =>
  field(options, { type: String, format: 'date' }, IsString(), Matches(/^\d{4}-\d{2}-\d{2}$/));

export const ChoiceField = (choices: readonly string[], options: Common = {}): PropertyDecorator =>
  field(options, { enum: [...choices] }, IsString(), IsIn([...choices]));

export const IntegerField = (options: Common & { min: number; max: number }): PropertyDecorator =>
  field(options, { type: 'integer', minimum: options.min, maximum: options.max }, Type(() => Number), IsInt(), Min(options.min), Max(options.max));

export const BooleanField = (options: Common = {}): PropertyDecorator => field(options, { type: Boolean }, IsBoolean());

/** Free members, checked by whoever reads them. */
export const MapField = (options: Common = {}): PropertyDecorator => field(options, { type: 'object', additionalProperties: true }, IsObject());

export const TextListField = (options: Common & { maxItems: number; max: number; minItems?: number }): PropertyDecorator => field(
  options, { type: [String], maxItems: options.maxItems },
  IsArray(), ArrayMinSize(options.minItems ?? 0), ArrayMaxSize(options.maxItems), IsString({ each: true }), MaxLength(options.max, { each: true }),
);

export const IdListField = (options: Common & { maxItems: number; minItems?: number }): PropertyDecorator => field(
  options, { type: [String], format: 'uuid', maxItems: options.maxItems },
  IsArray(), ArrayMinSize(options.minItems ?? 0), ArrayMaxSize(options.maxItems), IsUUID(undefined, { each: true }),
);

export const IntegerListField = (options: Common & { maxItems: number; min: number; max: number }): PropertyDecorator => field(
  options, { type: [Number], maxItems: options.maxItems },
  IsArray(), ArrayMinSize(1), ArrayMaxSize(options.maxItems), IsInt({ each: true }), Min(options.min, { each: true }), Max(options.max, { each: true }),
);

export const NestedField = (type: () => new () => object, options: Common = {}): PropertyDecorator =>
  // A lazy type is known to the document's maker by the name of its function: `type`.
  field(options, { type: () => type() }, IsObject(), ValidateNested(), Type(type));

export const ListField = (type: () => new () => object, options: Common & { maxItems: number; minItems?: number }): PropertyDecorator => field(
  options, { type: () => [type()] as never, maxItems: options.maxItems },
  IsArray(), ArrayMinSize(options.minItems ?? 0), ArrayMaxSize(options.maxItems), ValidateNested({ each: true }), Type(type),
);
