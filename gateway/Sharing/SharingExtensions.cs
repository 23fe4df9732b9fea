using SseGateway.Sharing.Answers;
using SseGateway.Sharing.Keeping;
using SseGateway.Sharing.Subscribers;
using SseGateway.Sharing.Unshared;
using SseGateway.Sharing.Upstream;
using SseGateway.Streams.Deadlines;
using SseGateway.Streams.Life;

namespace SseGateway.Sharing;

internal static class SharingExtensions
{
    public static IServiceCollection AddGatewaySharing(this IServiceCollection services) => services
        .AddSingleton<SharingMetrics>()
        .AddSingleton<UnsharedKeys>()
        .AddSingleton<SharingOverflow>()
        .AddSingleton<FinalAnswers>()
        .AddSingleton<PublicationTicker>()
        .AddSingleton<UpstreamLoop>()
        .AddSingleton<IStreamKeeper>(provider => provider.GetRequiredService<UpstreamLoop>())
        .AddSingleton<SharingTransform>()
        .AddSingleton<SharedStreams>()
        .AddSingleton<ISharedViews>(provider => provider.GetRequiredService<SharedStreams>())
        .AddSingleton<ISwept>(provider => provider.GetRequiredService<SharedStreams>());
}
