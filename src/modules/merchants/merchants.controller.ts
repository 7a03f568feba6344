import { Body, Controller, Get, Param, ParseUUIDPipe, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseMoney } from '../../core/money/index.js';
import type { Context } from '../../platform/access/context.js';
import { Command, Ctx, IfMatch, Requires } from '../../platform/http/metadata.js';
import { unwrap } from '../../platform/http/refusal-exception.js';
import { EditMerchantDto, NewMerchantDto, TakeOverDto, type SizeDto } from './dto/merchant.dto.js';
import { MerchantFindings, type MerchantFinding } from './merchant-findings.service.js';
import { MerchantProfiles, type MerchantEdit, type MerchantView } from './merchant-profiles.service.js';
import type { StoredSize } from './merchant.entity.js';
import { RegisterAdoption, type ProposedPart } from './register-adoption.service.js';
import { RegisterProposals, type ProposalView } from './register-proposals.service.js';

/** Turnover is kept in minor units, like every amount; a count of people as it is. */
function sizeIn({ measure, year, value, currency, source }: SizeDto): StoredSize {
  if (measure !== 'turnover') return { measure, year, value, source };
  const turnover = unwrap(parseMoney(value, currency ?? ''));
  return { measure, year, value: turnover.minor.toString(), currency: turnover.currency, source };
}

function editIn({ sizes, phone, address, ...rest }: EditMerchantDto): MerchantEdit {
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...named, ...(sizes === undefined ? {} : { sizes: sizes.map(sizeIn) }), ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address: address === null ? null : { ...address } }),
  };
}

@ApiTags('merchants')
@Controller('v1/merchants')
export class MerchantsController {
  constructor(
    private readonly profiles: MerchantProfiles,
    private readonly findings: MerchantFindings,
    private readonly proposals: RegisterProposals,
    private readonly adoption: RegisterAdoption,
  ) {}

  @Get()
  @Requires('session.read')
  @ApiOperation({ summary: 'The businesses you act for' })
  async mine(@Ctx() ctx: Context): Promise<{ items: object[] }> {
    return { items: (await this.profiles.mine(ctx)).map((merchant) => ({ self: `/v1/merchants/${merchant.id}`, ...merchant })) };
  }

  @Post()
  @Requires('merchant.create', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Set up a business; the person who does becomes its signatory' })
  async create(@Ctx() ctx: Context, @Body() { address, sizes, ...body }: NewMerchantDto): Promise<MerchantView> {
    return unwrap(await this.profiles.create(ctx, { ...body, sizes: sizes.map(sizeIn), ...(address === undefined ? {} : { address: { ...address } }) }));
  }

  @Get(':id')
  @Requires('merchant.read', 'merchant')
  @ApiOperation({ summary: 'A business' })
  async get(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<MerchantView> {
    return unwrap(await this.profiles.get(ctx, id));
  }

  @Patch(':id')
  @Requires('merchant.edit', 'merchant')
  @ApiOperation({ summary: 'Changes what is named; another name, country or number is verified again' })
  async edit(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() body: EditMerchantDto): Promise<MerchantView> {
    return unwrap(await this.profiles.edit(ctx, id, version, editIn(body)));
  }

  @Post(':id/verifications')
  @Requires('merchant.verify')
  @Command()
  @ApiOperation({ summary: 'Staff: this business is who it says it is' })
  async verify(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number): Promise<MerchantView> {
    return unwrap(await this.profiles.verify(ctx, id, version));
  }

  @Get(':id/findings')
  @Requires('queue.read')
  @ApiOperation({ summary: 'Staff: what to look at before this business is verified, such as others with its number' })
  async doubts(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<{ items: MerchantFinding[] }> {
    return unwrap(await this.findings.of(ctx, id));
  }

  @Post(':id/register-lookups')
  @Requires('merchant.read', 'merchant')
  @Command()
  @ApiOperation({ summary: 'Asks the business register, where one is connected; the answer is a proposal' })
  async ask(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string): Promise<ProposalView> {
    return unwrap(await this.proposals.ask(ctx, id));
  }

  @Post(':id/register-adoptions')
  @Requires('merchant.edit', 'merchant')
  @Command(200)
  @ApiOperation({ summary: 'Takes over what the register said, part by part' })
  async takeOver(@Ctx() ctx: Context, @Param('id', ParseUUIDPipe) id: string, @IfMatch() version: number, @Body() { parts }: TakeOverDto): Promise<MerchantView> {
    return unwrap(await this.adoption.takeOver(ctx, id, version, parts.filter((part): part is ProposedPart => part === 'name' || part === 'address')));
  }
}
