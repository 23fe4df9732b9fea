using SseGateway.Transport.Http;
using Xunit;

namespace Gateway.Tests.Transport.Http;

/// <summary>The table of docs/paths.md, spelling by spelling.</summary>
public sealed class PathReadingTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("*")]
    [InlineData("gateway:443")]
    [InlineData("http://gateway")]
    [InlineData("http://gateway?x=//%2F")]
    [InlineData("/a/b/")]
    [InlineData("/a%20b/%e2%82%ac/%7Euser")]
    [InlineData("/caf%E9/%FF")]
    [InlineData("/a;v=1/b;q")]
    [InlineData("/;jsessionid=1")]
    [InlineData("/a.b/..c/.../x..")]
    [InlineData("/a/../b/./c/..")]
    [InlineData("/a/%2e%2E/.%2e/%2e")]
    [InlineData("/100%")]
    [InlineData("/100%25")]
    [InlineData("/100%25%20off")]
    [InlineData("/%zz/%2")]
    [InlineData("/%user/%ud")]
    [InlineData("/a?x=%2F//&y=\\..%00%252F#%C0%AF")]
    [InlineData("/!$&'()*+,;=:@-._~")]
    public void What_everybody_reads_alike_passes(string target) => Assert.Equal(PathSpelling.None, PathReading.Find(target, PathSpelling.None));

    [Theory]
    [InlineData("//", PathSpelling.EmptySegment)]
    [InlineData("//a", PathSpelling.EmptySegment)]
    [InlineData("/a//b", PathSpelling.EmptySegment)]
    [InlineData("/a//", PathSpelling.EmptySegment)]
    [InlineData("/;x/a", PathSpelling.EmptySegment)]
    [InlineData("/%3Bx/a", PathSpelling.EmptySegment)]
    [InlineData("http://gateway//a", PathSpelling.EmptySegment)]
    [InlineData("/a%2Fb", PathSpelling.EncodedSlash)]
    [InlineData("/a%2fb", PathSpelling.EncodedSlash)]
    [InlineData("/%2F", PathSpelling.EncodedSlash)]
    [InlineData("http://gateway/a%2Fb?x", PathSpelling.EncodedSlash)]
    [InlineData("/..%2Fa", PathSpelling.EncodedSlash)]
    [InlineData("/%2e%2e%2fa", PathSpelling.EncodedSlash)]
    [InlineData("/%2561", PathSpelling.DoubleEncoding)]
    [InlineData("/a%252Fb", PathSpelling.DoubleEncoding)]
    [InlineData("/%252e%252e/a", PathSpelling.DoubleEncoding)]
    [InlineData("/x/../%2561dmin", PathSpelling.DoubleEncoding)]
    [InlineData("/%25252525", PathSpelling.DoubleEncoding)]
    [InlineData("/a\\b", PathSpelling.Backslash)]
    [InlineData("/..\\a", PathSpelling.Backslash)]
    [InlineData("/a%5Cb", PathSpelling.Backslash)]
    [InlineData("/..%5ca", PathSpelling.Backslash)]
    [InlineData("http://gateway\\a", PathSpelling.Backslash)]
    [InlineData("/..;/a", PathSpelling.DotSegment)]
    [InlineData("/..;x=1/a", PathSpelling.DotSegment)]
    [InlineData("/.;/a", PathSpelling.DotSegment)]
    [InlineData("/%2e%2e;/a", PathSpelling.DotSegment)]
    [InlineData("/..%3B/a", PathSpelling.DotSegment)]
    [InlineData("/a%00", PathSpelling.Nul)]
    [InlineData("/a%C0%AFb", PathSpelling.OverlongUtf8)]
    [InlineData("/%c0%ae%c0%ae/a", PathSpelling.OverlongUtf8)]
    [InlineData("/%c1%9ca", PathSpelling.OverlongUtf8)]
    [InlineData("/%E0%80%AFa", PathSpelling.OverlongUtf8)]
    [InlineData("/%F0%80%80%AFa", PathSpelling.OverlongUtf8)]
    [InlineData("/%F8%80%80%80%AF", PathSpelling.OverlongUtf8)]
    [InlineData("/%fc%80%80%80%80%af", PathSpelling.OverlongUtf8)]
    [InlineData("/%u002Fa", PathSpelling.ForeignEscape)]
    [InlineData("/%U002ea", PathSpelling.ForeignEscape)]
    [InlineData("/a#b", PathSpelling.Fragment)]
    [InlineData("http://gateway#/a", PathSpelling.Fragment)]
    public void What_another_server_could_read_differently_is_found(string target, object spelling) =>
        Assert.Equal(spelling, PathReading.Find(target, PathSpelling.None));

    [Theory]
    [InlineData("/projects/group%2Fproject/x", PathSpelling.EncodedSlash)]
    [InlineData("/rooms/%23a%2F:b/", PathSpelling.EncodedSlash)]
    [InlineData("/%2Fa", PathSpelling.EncodedSlash | PathSpelling.EmptySegment)]
    [InlineData("/a//b", PathSpelling.EmptySegment)]
    [InlineData("/proxy/https://host/x", PathSpelling.EmptySegment)]
    [InlineData("/100%2525", PathSpelling.DoubleEncoding)]
    [InlineData("/job/a%252Fb", PathSpelling.DoubleEncoding | PathSpelling.EncodedSlash)]
    public void What_a_route_allows_passes(string target, object allowed) =>
        Assert.Equal(PathSpelling.None, PathReading.Find(target, (PathSpelling)allowed));

    /// <summary>With everything allowed that can be.</summary>
    [Theory]
    [InlineData("/a%2F..%2Fb", PathSpelling.DotSegment)]
    [InlineData("/..%2Fb", PathSpelling.DotSegment)]
    [InlineData("/a%2f%2e%2e/b", PathSpelling.DotSegment)]
    [InlineData("/a%2F..;x%2Fb", PathSpelling.DotSegment)]
    [InlineData("/%252e%252e/b", PathSpelling.DotSegment)]
    [InlineData("/a%252F..%252Fb", PathSpelling.DotSegment)]
    [InlineData("/a%255Cb", PathSpelling.Backslash)]
    [InlineData("/a%2500", PathSpelling.Nul)]
    [InlineData("/%25c0%25af", PathSpelling.OverlongUtf8)]
    [InlineData("/%25u002f", PathSpelling.ForeignEscape)]
    [InlineData("/x/../%2561dmin", PathSpelling.DoubleEncoding)]
    [InlineData("/%252525252561", PathSpelling.DoubleEncoding)]
    public void What_leads_elsewhere_passes_nowhere(string target, object spelling) =>
        Assert.Equal(spelling, PathReading.Find(target, PathSpelling.EncodedSlash | PathSpelling.EmptySegment | PathSpelling.DoubleEncoding));
}
