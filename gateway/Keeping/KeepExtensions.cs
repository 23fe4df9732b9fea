using SseGateway.Configuration.Settings;
using SseGateway.Keeping.Reading;
using SseGateway.Keeping.Upstream;
using SseGateway.Streams.Deadlines;

namespace SseGateway.Keeping;

internal static class KeepExtensions
{
    public static IServiceCollection AddGatewayKeeping(this IServiceCollection services) => services
        .AddSingleton<KeepMetrics>()
        .AddSingleton<KeepOverflow>()
        .AddSingleton<KeepTransform>()
        .AddSingleton<AnswerSearch>()
        .AddSingleton<AnswerReader>()
        .AddSingleton<AnswerEndpoint>()
        .AddSingleton<AnswersPath>()
        .AddSingleton<KeptAnswers>()
        .AddSingleton<ISwept>(provider => provider.GetRequiredService<KeptAnswers>());

    /// <summary>
    /// Has the path of kept answers be one of the route that the answer was asked for on, whatever routes it would match too; but where no route keeps answers
    /// it is a path like any other. After UseRouting, and before the edge, which asks of a reader what it has asked of whoever sent the POST.
    /// </summary>
    public static IApplicationBuilder UseAnswersPath(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<CurrentSettings>();
        var path = app.ApplicationServices.GetRequiredService<AnswersPath>();
        return app.Use((context, next) =>
        {
            _ = settings.Value.All.AnyKeeps && path.TryLead(context);
            return next(context);
        });
    }
}
