using SseGateway.Configuration;

namespace SseGateway.Edge.Tickets;

/// <summary>Puts the ticket endpoint in front of the routes.</summary>
internal static class TicketExtensions
{
    /// <summary>
    /// Answers the endpoint's path, whatever routes it would match too; but where no route takes tickets it is a path like any other.
    /// </summary>
    public static IApplicationBuilder UseTickets(this IApplicationBuilder app)
    {
        var realms = TicketRealm.Of(app.ApplicationServices.GetRequiredService<GatewaySettings>());
        if (realms.Count == 0)
        {
            return app;
        }

        var cors = new TicketCors(realms);
        var endpoint = app.ApplicationServices.GetRequiredService<TicketEndpoint>();
        return app.MapWhen(context => context.Request.Path.Equals(TicketEndpoint.Path), branch =>
        {
            branch.Use((context, next) =>
            {
                context.Features.Set(cors.For(context.Request));
                return next(context);
            });
            branch.UseMiddleware<CorsMiddleware>();
            branch.Run(endpoint.AnswerAsync);
        });
    }
}
