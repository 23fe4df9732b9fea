using Gateway.Tests.Keeping;
using Microsoft.Extensions.DependencyInjection;
using SseGateway.Fleet.Answers;
using Xunit;

namespace Gateway.Tests.Fleet.Answers;

public sealed class ForgottenAnswerTests
{
    /// <summary>An answer can be over, and have made room for the next one, before the step that has asked for it comes to tell the fleet of it.</summary>
    [Fact]
    public async Task What_is_kept_no_longer_is_not_told_of_afterwards()
    {
        await using var fleet = await AnswersFleet.StartAsync();
        var (exchange, response) = await fleet.One.AskAsync(fleet.Upstream);
        await exchange.EndAsync();
        await response.ReadToEndAsync();
        var answer = Assert.Single(fleet.One.Answers().Answers);
        var told = fleet.One.Services.GetRequiredService<FleetAnswers>();
        Assert.Contains(answer.Id, told.Own.Select(one => one.Answer.Id));
        fleet.One.Answers().Remove(answer);
        Assert.DoesNotContain(answer.Id, told.Own.Select(one => one.Answer.Id));

        await told.TellAsync(answer);

        Assert.DoesNotContain(answer.Id, told.Own.Select(one => one.Answer.Id));
        response.Dispose();
    }
}
