using SseGateway.Streams.Budgets.Files;
using SseGateway.Streams.Life;
using SseGateway.Telemetry;

namespace SseGateway.Hosting;

/// <summary>
/// The outermost step of a request, and the only one that waits for its end where the response goes on without the others: of thousands of streams each step
/// that waits is kept with all that it knows.
/// </summary>
internal sealed class WholeRequest(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var connection = BudgetedConnection.BeginRequest(context);
        try
        {
            var threw = true;
            try
            {
                await next(context);
                threw = false;
            }
            finally
            {
                StatusClass.Note(context, threw);
            }

            if (context.Features.Get<IResponseHeir>() is { } heir)
            {
                await heir.RunAsync();
            }
        }
        finally
        {
            connection?.EndRequest();
        }
    }
}
