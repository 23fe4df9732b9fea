using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace Chat.Tests.Running;

internal static class ProblemAssert
{
    /// <summary>The response is problem details with this status; returns them.</summary>
    public static async Task<JsonElement> IsAsync(HttpStatusCode status, HttpResponseMessage response)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Deadline.Token());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        return problem;
    }
}
