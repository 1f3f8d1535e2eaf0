import type { Language } from '../turns.ts';

export const es: Language = {
  alone:
    'baja bajas cancelar cancela parar pare paren detener detente alto desuscribir desuscribirme basta eliminar bórrame bórrenme quítenme',
  strong: 'desuscribir desuscribirme basta paren baja',
  courtesies:
    'por favor porfa porfavor pf gracias ya hola todo todos esto eso ahora inmediatamente de una vez mensajes',
  classes: {
    mensajes: `mensajes mensaje mensajitos sms textos correos emails mails publicidad promociones promos ofertas notificaciones avisos
      anuncios propaganda spam boletines newsletter msjs msj whatsapps información`,
    escriban: `escriban escriba escribas escribáis escribir contacten contacte contactes contactar molesten moleste molestes molestar
      llamen llame llames llamar fastidien acosen busquen texteen`,
    envíen: 'envíen envíe envíes enviéis enviar manden mande mandes mandéis mandar lleguen',
    quiero: 'quiero queremos deseo deseamos quisiera necesito acepto',
    dejen:
      'dejen deja deje dejad dejar paren pare parad parar cesen cese basta cansado cansada harto harta hartos pare',
    entre: 'de con ya los las estos estas sus tus esos esas tanto tantos tanta me nos que el la su más',
    molestar: `enviar enviarme enviarnos mandar mandarme mandarnos escribir escribirme molestar molestarme molestarnos contactar
      contactarme llamar llamarme acosar acosarme joder fastidiar spamear envíen manden envía mandando enviando molestando escribiendo`,
    bórrenme: `quítenme quítame quíteme bórrenme bórrame bórreme elimínenme elimíname elimíneme sáquenme sácame sáqueme desuscríbanme
      desuscríbame remuévanme sacarme borrarme eliminarme quitarme`,
    borren:
      'quiten quite quita quitar borren borre borra borrar eliminen elimine elimina eliminar saquen saque saca sacar remuevan remover',
    número: 'número numero num teléfono celular móvil contacto datos nombre correo cuenta',
  },
  ends: `
    no|ya_no|nunca me|nos|le? ~1 [escriban] !a|antes|hasta|el|después
    no|ya_no|nunca me|nos? [envíen] ~3 más|nada|nunca|[mensajes]
    no|ya_no [quiero] que ~2 [escriban]|[envíen]|molesten|contacten
    no|ya_no|tampoco [quiero] ~2 recibir|seguir|recibiendo ~3
    no|ya_no [quiero] ~3 [mensajes]
    no|ya_no [quiero] saber ~1 más? ~1 nada|de
    no ~1 me|nos vuelvas|vuelvan|vuelva a [escriban]|[envíen]|[molestar]
    [dejen] [entre]*4 [molestar]|[mensajes]
    dejar|parar|dejo de recibir
    de baja
    dar|darme|darnos|denme|dame|quiero|solicito|pido|doy ~2 baja
    no más ~2 [mensajes]
    ^ no|nada|nunca más $
    ^ ya? basta ya? $
    ^ por_favor? para|pare|paren|párale|detente|deténganse|basta ya|con_esto|por_favor|esto
    para|pare|paren|detengan ~1 con? ~2 [mensajes]|esto|eso $
    ya no|basta|ni_un ~1 más? [mensajes]
    [bórrenme]
    [borren]|quitar ~1 mi|este|nuestro|mis [número]
    me|nos [borren] ~3 lista|base|sistema
    [borren] ~2 de la|su|esta|sus lista|base|listas
    cancelar|cancelen|cancele|anular|cancela ~2 suscripción|subscripción|mensajes|sms|notificaciones|alertas
    retiro|revoco|revocar|retirar ~2 consentimiento|permiso|autorización
    no|nunca ~2 autorizo|autoricé|autorizado|consiento|consentí|di_permiso|di_mi_consentimiento|di_mi_número|suscribí
    déjenme|déjame|dejadme|déjeme|déjennos ~1 en? paz|tranquilo|tranquila
    número|numero|persona equivocado|equivocada|incorrecto|incorrecta
    equivocaron|equivocó|equivocado|equivocada|equivocan|equivocas ~1 de número|persona|numero|destinatario
    no soy|conozco ~1 esa|esta|a_esa persona
    no me|nos interesa|interesan $
    no me|nos interesa|interesan sus|recibir|nada|tus|más
    no estoy interesado|interesada
    olviden|olvida|borra|pierdan mi|este número
    lárguense|lárgate|váyanse
  `,
  goesOn: `
    no [dejen]|dejes|pares|dejéis
    no quiero|quisiera|deseo darme|dar|la|mi|perder|perderme|cancelar
    no ~1 me|nos den|quiten|borren|eliminen|saquen
    dónde|donde|cuándo|cuando ~2 para|termina|acaba
    no ~1 he|ha|han|hemos|me_llegó|me_llega|me_llegan|recibí|recibo ~3 [mensajes]
    no hay más
    baja del|de_la|de_mi|de_un|de_una pedido|seguro|curso|plan|servicio|contrato|gimnasio|cita|compra
    por_error|sin_querer|por_accidente
    [escriban]|[envíen] antes|después|hasta|el|al|cuando
    pedido|cita|compra|reserva|orden ~4 cancelar|anular|eliminar
  `,
};
