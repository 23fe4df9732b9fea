using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SseGateway.Transport.Http;
using Xunit;

namespace Gateway.Tests.Transport.Http;

public sealed class HopByHopTests
{
    [Fact]
    public void What_a_request_names_in_Connection_is_removed_whatever_its_case_and_line()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Connection = new StringValues(["keep-alive, X-One ,", " x-two"]);
        request.Headers["x-one"] = "1";
        request.Headers["X-Two"] = "2";
        request.Headers["X-Three"] = "3";

        HopByHop.RemoveFromRequest(request);

        Assert.Equal(["Connection", "X-Three"], request.Headers.Keys.Order());
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("Keep-Alive")]
    [InlineData("Upgrade")]
    public void Some_fields_cannot_be_named_away(string name)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[name] = "1";
        request.Headers.Connection = name;

        HopByHop.RemoveFromRequest(request);

        Assert.Equal("1", request.Headers[name]);
    }

    [Fact]
    public void What_an_answer_names_in_Connection_is_removed()
    {
        using var upstream = new HttpResponseMessage();
        upstream.Headers.TryAddWithoutValidation("Connection", ["x-one", "close, X-Two"]);
        var response = new DefaultHttpContext().Response;
        response.Headers["X-One"] = "1";
        response.Headers["X-Two"] = "2";
        response.Headers["X-Three"] = "3";

        HopByHop.RemoveFromResponse(upstream, response);

        Assert.Equal(["X-Three"], response.Headers.Keys);
    }

    [Fact]
    public void Without_a_Connection_field_nothing_is_removed()
    {
        using var upstream = new HttpResponseMessage();
        var context = new DefaultHttpContext();
        context.Request.Headers["X-One"] = "1";
        context.Response.Headers["X-One"] = "1";

        HopByHop.RemoveFromRequest(context.Request);
        HopByHop.RemoveFromResponse(upstream, context.Response);

        Assert.Equal((1, 1), (context.Request.Headers.Count, context.Response.Headers.Count));
    }
}
