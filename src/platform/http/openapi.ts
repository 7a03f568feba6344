import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** The API document, OpenAPI 3.1, made from the same decorators that check the requests. */
export function describeApi(app: NestFastifyApplication): OpenAPIObject {
  const document = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Makegood')
    .setDescription('Lost-sales claims for a service outage: filed, checked against recorded downtime, explained, decided, paid.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  return SwaggerModule.createDocument(app, document, { operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}` });
}

/** The document as it is committed: a change of the API is a change of this text. */
export const apiDocument = (app: NestFastifyApplication): string => `${JSON.stringify(describeApi(app), null, 2)}\n`;

export function mountDocument(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'docs/openapi.json', customSiteTitle: 'Makegood API',
    // So many operations are looked over by their tags; what is not in sight is not drawn at all.
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, docExpansion: 'none', filter: true, defaultModelsExpandDepth: -1 },
  });
}
