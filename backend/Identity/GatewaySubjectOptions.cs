using Microsoft.AspNetCore.Authentication;

namespace ChatBackend.Identity;

internal sealed class GatewaySubjectOptions : AuthenticationSchemeOptions;
