using SseGateway.Configuration.Settings;
using SseGateway.Edge.Cors;

namespace SseGateway.Edge.Tickets;

/// <summary>Puts the ticket endpoint in front of the routes.</summary>
internal static class TicketExtensions
{
    /// <summary>
    /// Answers the endpoint's path, whatever routes it would match too; but where no route takes tickets it is a path like any other.
    /// </summary>
    public static IApplicationBuilder UseTickets(this IApplicationBuilder app)
    {
        // Which routes take tickets may change with a reload.
        var settings = app.ApplicationServices.GetRequiredService<CurrentSettings>();
        var endpoint = app.ApplicationServices.GetRequiredService<TicketEndpoint>();
        return app.MapWhen(context => context.Request.Path.Equals(TicketEndpoint.Path) && TicketRealm.Of(settings.Value).Count > 0, branch =>
        {
            branch.Use((context, next) =>
            {
                context.Features.Set(new TicketCors(TicketRealm.Of(settings.Value)).For(context.Request));
                return next(context);
            });
            branch.UseMiddleware<CorsMiddleware>();
            branch.Run(endpoint.AnswerAsync);
        });
    }
}
